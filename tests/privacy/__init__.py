"""Tests of privacy: keys, sealing, the audit trail, retention, a person's rights."""
