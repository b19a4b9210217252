"""Documents of ISO 20022, for banks and for the ERP's import of statements."""
