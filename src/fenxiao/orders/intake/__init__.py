"""The steps of taking events, in their order: sift, keep, draw, stand, write, announce. Inside `take_events` only."""
