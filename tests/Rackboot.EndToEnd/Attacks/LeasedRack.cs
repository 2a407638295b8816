namespace Rackboot.EndToEnd.Attacks;

/// <summary>A rack whose addresses rackbootd gives.</summary>
public sealed class LeasedRack() : AttackedRack(TestRack.Subnet);
