namespace Rackboot.EndToEnd.Attacks;

/// <summary>A rack that serves a subnet behind a relay too.</summary>
public sealed class RelayedRack()
    : AttackedRack(TestRack.Subnet + "\n  - subnet: 10.40.0.0/24\n    range: 10.40.0.100-10.40.0.199\n    router: 10.40.0.1");
