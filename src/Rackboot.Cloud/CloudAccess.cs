namespace Rackboot.Cloud;

/// <summary>How an account is reached.</summary>
/// <param name="User">The public half of the login: a user, a client id, an access key. Empty where a token is all there is.</param>
/// <param name="Secret">The other half. It is asked for at each call and kept nowhere.</param>
/// <param name="Settings">What the provider needs beyond a login, by the names in <see cref="CloudTraits.Settings"/>.</param>
/// <param name="Handler">Carries the requests; null is the network.</param>
public sealed record CloudAccess(
    string User, Func<string> Secret, IReadOnlyDictionary<string, string> Settings, TimeProvider Time, HttpMessageHandler? Handler = null)
{
    /// <summary>What drives rescue systems; null where there is none.</summary>
    public IRescueShell? Shell { get; init; }

    internal IRescueShell NeededShell => Shell ?? throw new CloudException(CloudFailure.NotSupported, "rescue systems are unsupported");

    /// <summary>A setting that may be left out.</summary>
    public string? Setting(string name) => Settings.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>A setting that must be there.</summary>
    internal string Needed(string name, CloudTraits traits) => Setting(name)
        ?? throw new CloudException(CloudFailure.Misconfigured, $"{traits.Title} needs settings.{name}: "
            + $"{traits.Settings.First(s => s.Name == name).What}");

    /// <summary>Where the API is: as the operator says, or else as the provider does.</summary>
    internal Uri Endpoint(string usual) => new((Setting("endpoint") ?? usual).TrimEnd('/') + "/");

    public override string ToString() => $"{User}:***";
}
