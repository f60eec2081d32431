"""One experiment a file: settings, units of work, tables, comparisons, figures."""
