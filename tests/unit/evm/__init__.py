"""Tests of the engines, the handles and the codec."""
