"""One theorem in each file: its statement, reference, rule and ready instances."""
