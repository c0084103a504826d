"""One module per API, all behind `base.Backend`."""
