"""Statements to be audited: told true or false on an instance, with a witness."""
