namespace Rackboot.Redfish;

/// <summary>Where a Redfish service is, who asks it, and how long and how large its answers may be.</summary>
public sealed record RedfishOptions
{
    /// <summary>Scheme, host and port; a path is ignored. <c>http</c> only with <see cref="AllowPlainHttp"/>.</summary>
    public required Uri Address { get; init; }

    public required RedfishCredential Credential { get; init; }

    /// <summary>Which certificate is believed.</summary>
    public required RedfishTrust Trust { get; init; }

    /// <summary>The ComputerSystem to work on, by its Id; null takes the only one that can be booted and reset.</summary>
    public string? SystemId { get; init; }

    public RedfishAuthentication Authentication { get; init; } = RedfishAuthentication.SessionThenBasic;

    /// <summary>Sends the password over an unencrypted connection. For simulators.</summary>
    public bool AllowPlainHttp { get; init; }

    /// <summary>For one request, connection to last byte.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a service may say that it is busy or starting (503, 429 and their vendors' like) before a request is given
    /// up.</summary>
    public TimeSpan BusyLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a machine may take to reach the power state asked for. Graceful shutdowns have their own limit in the
    /// call.</summary>
    public TimeSpan PowerLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a change (boot override, virtual media) may take until the service shows it.</summary>
    public TimeSpan SettleLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time between two looks at a state or task.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a connection is kept that nothing is asked over. BMCs drop idle ones early, some without a word; a longer time saves a TLS
    /// handshake a poll.
    /// </summary>
    public TimeSpan IdleConnection { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A larger answer is refused.</summary>
    public int MaxAnswerBytes { get; init; } = 16 << 20;

    /// <summary>Deeper JSON is refused.</summary>
    public int MaxAnswerDepth { get; init; } = 64;

    /// <summary>Members read of one collection; the rest is left out.</summary>
    public int MaxMembers { get; init; } = 2048;

    /// <summary>Requests under way at once: many BMCs answer slower, or not at all, when asked more.</summary>
    public int MaxConnections { get; init; } = 2;

    /// <summary>Carries the requests; null is the network.</summary>
    internal HttpMessageHandler? Handler { get; init; }
}
