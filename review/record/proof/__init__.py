"""What proves the record: verification, judging again, receipts, codes of papers."""
