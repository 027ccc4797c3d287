"""What a person reads: tables, figures, workbook, document, web page; the only code that writes files."""
