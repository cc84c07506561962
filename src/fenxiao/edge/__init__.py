"""The tracked-link redirect and click intake as a bare ASGI app; loads no Django."""
