namespace Rackboot.Ipmi;

/// <summary>What came of setting the boot flags: what a BMC answers to a write is not a fact, what it says afterwards is.</summary>
/// <param name="Asked">What was to be set.</param>
/// <param name="Found">What the BMC said when it was read again.</param>
/// <param name="KeepsFlags">
/// Whether the BMC took the order not to drop the flags after 60 seconds (parameter 3). If not, the power command must follow at once.
/// </param>
public sealed record BootOutcome(BootFlags Asked, BootFlags Found, bool KeepsFlags)
{
    /// <summary>Whether the next boot goes where it was asked to go. UEFI and persistence may still differ: see
    /// <see cref="Differences"/>.</summary>
    public bool DeviceTook => Asked is { IsValid: true, Device: not BootDevice.None }
        ? Found.IsValid && Found.Device == Asked.Device
        : !Found.IsValid || Found.Device == BootDevice.None;

    /// <summary>In plain words, what the BMC made otherwise; empty if all is as asked.</summary>
    public IReadOnlyList<string> Differences { get; } = Compare(Asked, Found);

    private static List<string> Compare(BootFlags asked, BootFlags found)
    {
        var differences = new List<string>();
        if (!asked.IsValid || asked.Device == BootDevice.None)
        {
            if (found.IsValid && found.Device != BootDevice.None)
                differences.Add($"asked for no override, the BMC keeps {found}");
            return differences;
        }

        if (!found.IsValid)
            differences.Add("the BMC does not mark the boot flags as valid");
        if (found.Device != asked.Device)
            differences.Add($"asked for {asked.Device}, the BMC says {found.Device}");
        if (found.IsPersistent != asked.IsPersistent)
            differences.Add(asked.IsPersistent
                ? "asked for every boot, the BMC keeps it for one"
                : "asked for one boot, the BMC keeps it for every boot");
        if (found.IsEfi != asked.IsEfi)
            differences.Add(asked.IsEfi ? "asked for UEFI, the BMC says legacy" : "asked for legacy, the BMC says UEFI");
        return differences;
    }
}
