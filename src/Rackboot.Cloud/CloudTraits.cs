namespace Rackboot.Cloud;

/// <summary>What a provider can do, as far as it is built here, and what is known of it.</summary>
public sealed record CloudTraits
{
    /// <summary>The word in documents, <c>latitude</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>As people call it, <c>Latitude.sh</c>.</summary>
    public required string Title { get; init; }

    /// <summary>How servers are billed: <c>by the hour</c>.</summary>
    public required string Bills { get; init; }

    /// <summary>How Talos gets onto a server, the best way first.</summary>
    public IReadOnlyList<CloudRoute> Routes { get; init; } = [];

    /// <summary>Whether servers can be bought; else those that are rented already can be taken over.</summary>
    public bool Creates { get; init; } = true;

    /// <summary>What can be done to a server's power.</summary>
    public IReadOnlyList<CloudSwitch> Switches { get; init; } = [];

    /// <summary>Whether the provider says if a server is on.</summary>
    public bool ReadsPower { get; init; } = true;

    public bool Reinstalls { get; init; }

    /// <summary>What kind of console there is; null if none is built.</summary>
    public CloudConsoleKind? Console { get; init; }

    public bool HasStock { get; init; } = true;

    public bool HasPrices { get; init; } = true;

    /// <summary>Talos's name for the platform.</summary>
    public string Platform { get; init; } = "metal";

    /// <summary>The form of disk image that the provider takes, as the Image Factory names it.</summary>
    public string DiskFormat { get; init; } = "raw.xz";

    /// <summary>Requests that read, a minute. Where the provider names no number, ours is careful.</summary>
    public int ReadsPerMinute { get; init; } = 60;

    /// <summary>Requests that change something, a minute.</summary>
    public int WritesPerMinute { get; init; } = 20;

    /// <summary>How long after the order a server should be running.</summary>
    public TimeSpan ReadyWithin { get; init; } = TimeSpan.FromMinutes(45);

    /// <summary>What the login is: <c>user name and password of the web service</c>.</summary>
    public required string Login { get; init; }

    /// <summary>What the provider needs beyond a login.</summary>
    public IReadOnlyList<CloudSetting> Settings { get; init; } = [];

    /// <summary>What the documents do not settle and nobody has seen; said to the operator, and in the manual.</summary>
    public IReadOnlyList<string> Unproven { get; init; } = [];
}
