// These tests start servers, pull cables and measure time: side by side, each would be the other's disturbance.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
