namespace Rackboot.Core.Power;

/// <summary>What a BMC says that the machine boots from at its next start.</summary>
/// <param name="Target">Null: none of ours; <paramref name="Text"/> says what.</param>
/// <param name="Text">In the BMC's own words, <c>Pxe (Once)</c>.</param>
public sealed record BootOverride(BootTarget? Target, string Text);
