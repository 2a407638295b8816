namespace Rackboot.Redfish;

/// <summary>
/// What a family of BMCs does otherwise than the specification says, as data. The operations ask for a property and never for a vendor;
/// <see cref="Standard"/> is what a service gets that nobody has written down.
/// </summary>
public sealed record VendorQuirks
{
    public static VendorQuirks Standard { get; } = new() { Name = "standard" };

    /// <summary>The name in messages and tables.</summary>
    public required string Name { get; init; }

    /// <summary>What the service root's Vendor or Product, or the system's Manufacturer, begins with.</summary>
    public IReadOnlyList<string> Makers { get; init; } = [];

    /// <summary>Keys of the service root's Oem object.</summary>
    public IReadOnlyList<string> OemKeys { get; init; } = [];

    /// <summary>What a manager's Model begins with.</summary>
    public IReadOnlyList<string> ManagerModels { get; init; } = [];

    /// <summary>Whether the service root always names it, so that a system of this maker without that has another BMC.</summary>
    public bool RootAlwaysTells { get; init; }

    /// <summary>The first form of If-Match on a write; others follow if it is refused.</summary>
    public IfMatchUse IfMatch { get; init; }

    /// <summary>Words in an error that mean: no session is free.</summary>
    public IReadOnlyList<string> SessionsFullMessages { get; init; } = [];

    /// <summary>Words in an error that mean: not now, try again.</summary>
    public IReadOnlyList<string> BusyMessages { get; init; } = [];

    /// <summary>Whether <c>$expand</c> gives whole members.</summary>
    public bool ExpandIsComplete { get; init; } = true;

    /// <summary>Reset types that are listed but do harm, by what the system's Model begins with ("" is every model).</summary>
    public IReadOnlyList<(string Model, string ResetType)> HarmfulResets { get; init; } = [];

    /// <summary>Whether the boot override's mode must, may or must not be written with it.</summary>
    public BootModeUse BootMode { get; init; }

    /// <summary>Other words for a boot target, the best first; the standard's own word comes after them.</summary>
    public IReadOnlyDictionary<RedfishBootTarget, string[]> BootTargetWords { get; init; } = new Dictionary<RedfishBootTarget, string[]>();

    /// <summary>Boot targets that work although they are not listed.</summary>
    public IReadOnlyList<RedfishBootTarget> UnlistedBootTargets { get; init; } = [];

    /// <summary>Whether Boot.HttpBootUri is taken although Boot does not show it.</summary>
    public bool TakesHttpBootUri { get; init; }

    /// <summary>BIOS attributes that hold the URL of a UEFI HTTP boot where Boot has no HttpBootUri; "{0}" stands for the URL.</summary>
    public IReadOnlyDictionary<string, string> HttpBootAttributes { get; init; } = new Dictionary<string, string>();

    /// <summary>What the Id of virtual media slots begins with that cannot be used for an image's URL.</summary>
    public IReadOnlyList<string> UnusableMediaSlots { get; init; } = [];

    /// <summary>Whether a change of BIOS attributes must say when it applies, or never does.</summary>
    public bool BiosNeedsApplyTime { get; init; }

    /// <summary>Where BIOS changes are written, below the Bios resource, if it does not say so itself.</summary>
    public string? BiosPendingPath { get; init; }

    /// <summary>Whether HttpPushUri takes files in a form of the vendor's own alone, and not as plain bytes.</summary>
    public bool HttpPushIsItsOwn { get; init; }

    /// <summary>The first account slot that may be used where accounts are fixed slots (PATCH, never POST); null where they are made by
    /// POST.</summary>
    public int? FirstAccountSlot { get; init; }

    /// <summary>The If-Match of a first try.</summary>
    internal string? FirstIfMatch(string? etag) => IfMatch switch
    {
        IfMatchUse.Never => null,
        IfMatchUse.Any => "*",
        IfMatchUse.Strong => Strong(etag),
        _ => etag,
    };

    /// <summary>Every form of an ETag, for services that refuse the first.</summary>
    internal static IEnumerable<string?> IfMatchForms(string? etag) =>
        new[] { etag, Strong(etag), "*", null }.Where((form, i) => form is not null || (i == 3 && etag is not null)).Distinct();

    private static string? Strong(string? etag) => etag is ['W', '/', ..] ? etag[2..] : etag;
}
