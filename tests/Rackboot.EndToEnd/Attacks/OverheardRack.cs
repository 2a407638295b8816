namespace Rackboot.EndToEnd.Attacks;

/// <summary>A rack whose addresses another server gives.</summary>
public sealed class OverheardRack() : AttackedRack("subnets: [{ subnet: 10.20.0.0/24, mode: proxy }]");
