"""The public functions by topic, under the verbs that users call them by."""
