"""The usual treatment: schedules of external-beam radiotherapy, and its dose on her CT."""
