"""What a plan spends on: functions, economic classes, ceilings."""
