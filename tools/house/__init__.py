"""The house rules: what `make check` holds that no linter on the market knows. One module per subject."""
