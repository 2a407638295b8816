namespace Rackboot.Contracts;

/// <summary>An account at a provider of servers, and what may be bought with it (<c>kind: Provider</c>).</summary>
public sealed record CloudProvider : IDocument
{
    public string ApiVersion { get; init; } = Document.ApiVersion;
    public string Kind { get; init; } = "Provider";
    public string Name { get; init; } = "";
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Which one: <c>latitude</c>, <c>vultr</c>, …; docs/clouds.md has the list.</summary>
    public string? Provider { get; init; }

    /// <summary>Name of the credential that it is logged into with.</summary>
    public string? Credential { get; init; }
    public CloudLimits? Limits { get; init; }

    /// <summary>A machine that costs no more an hour, <c>2 USD</c>, is bought without asking. Without it somebody says yes to
    /// each.</summary>
    public string? BuyBelow { get; init; }

    /// <summary>What the provider needs beyond a login, like <c>{ project: proj_gXQvNedwV0zpb }</c>.</summary>
    public IReadOnlyDictionary<string, string>? Settings { get; init; }
    public CloudBoot? Boot { get; init; }

    /// <summary>Observed by the appliance; ignored in what is sent to it.</summary>
    public CloudProviderStatus? Status { get; init; }
}

/// <summary>What is never passed, whatever happens.</summary>
public sealed record CloudLimits
{
    /// <summary>Servers at once.</summary>
    public long? Machines { get; init; }

    /// <summary>What all of them may cost an hour together, <c>40 USD</c>.</summary>
    public string? Hourly { get; init; }
}

/// <summary>What a provider's machines boot.</summary>
public sealed record CloudBoot
{
    /// <summary>Where they fetch Talos, <c>http://boot.example.net</c>: a server with the paths of the Image Factory. Without it that is
    /// the public one.</summary>
    public string? Factory { get; init; }

    /// <summary>The provider's id of an image that is there already; it goes before all else.</summary>
    public string? Image { get; init; }

    /// <summary>Added to the kernel's command line.</summary>
    public IReadOnlyList<string>? KernelArguments { get; init; }
}

/// <summary>How a provider is.</summary>
/// <param name="Title">As people call it.</param>
/// <param name="Machines">Servers that cost, or may.</param>
/// <param name="Hourly">What they cost an hour together, a price for each currency.</param>
/// <param name="Routes">How Talos gets onto its servers.</param>
/// <param name="Unproven">What nobody has seen live.</param>
/// <param name="Problem">Why it cannot be asked now.</param>
public sealed record CloudProviderStatus(
    string Title, int Machines, IReadOnlyList<CloudPrice> Hourly, IReadOnlyList<string> Routes, IReadOnlyList<string> Unproven,
        string? Problem);

public sealed record CloudPrice(decimal Amount, string Currency);

/// <summary>Where a machine is that is in no rack: bought there, or rented already.</summary>
public sealed record MachinePlace
{
    /// <summary>Name of a Provider document.</summary>
    public string? Provider { get; init; }

    /// <summary>As <c>rackboot cloud offers</c> shows it.</summary>
    public string? Plan { get; init; }
    public string? Location { get; init; }

    /// <summary>The provider's id of a server that is rented already; then plan and location are left out.</summary>
    public string? Server { get; init; }

    /// <summary>Install Talos on that server: what is on its disks is lost. Without it the server is only watched and switched.</summary>
    public bool? Install { get; init; }
}

/// <summary>A plan at a place that can be bought.</summary>
public sealed record CloudOffer
{
    /// <summary>Name of the Provider document.</summary>
    public required string Provider { get; init; }
    public required string Plan { get; init; }
    public string? Title { get; init; }
    public required string Location { get; init; }
    public string? Place { get; init; }
    public string? Cpu { get; init; }
    public int? Cores { get; init; }
    public decimal? MemoryGiB { get; init; }
    public string? Disks { get; init; }
    public string? Gpu { get; init; }
    public int Gpus { get; init; }
    public string? Network { get; init; }
    public required string Architecture { get; init; }
    public CloudPrice? Hourly { get; init; }
    public CloudPrice? Monthly { get; init; }

    /// <summary>Once, with the order.</summary>
    public CloudPrice? Setup { get; init; }
    public CloudStock Stock { get; init; }

    /// <summary>How Talos gets there; none if it does not.</summary>
    public string? Route { get; init; }

    /// <summary>When the provider said so.</summary>
    public required DateTimeOffset Read { get; init; }
}

public enum CloudStock
{
    /// <summary>The provider does not say.</summary>
    Unknown,
    Out,
    Low,
    In,
}

/// <summary>A machine at a provider, or one that is to be there.</summary>
public sealed record CloudMachine
{
    public required string Machine { get; init; }
    public required string Provider { get; init; }
    public string? Plan { get; init; }
    public string? Location { get; init; }
    public required CloudStage Stage { get; init; }

    /// <summary>Where it stands, in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>Whether it waits for somebody to say that it may be bought: <c>rackboot cloud plan --yes</c>.</summary>
    public bool Waits { get; init; }

    /// <summary>Whether it costs now, or may.</summary>
    public bool Costs { get; init; }

    /// <summary>The provider's id of the server.</summary>
    public string? Server { get; init; }

    /// <summary>What stands in the server's name, so that it is found again.</summary>
    public string? Mark { get; init; }

    /// <summary>The state in the provider's own word.</summary>
    public string? State { get; init; }
    public IReadOnlyList<string>? Addresses { get; init; }

    /// <summary>What it costs an hour, or would.</summary>
    public CloudPrice? Hourly { get; init; }
    public CloudPrice? Setup { get; init; }

    /// <summary>Who said that it may be bought.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>What keeps it from going on, and what to do.</summary>
    public string? Problem { get; init; }
    public required DateTimeOffset Since { get; init; }
    public string? Ends { get; init; }
}

public enum CloudStage
{
    Planned,
    Ordering,
    Unsure,
    Building,
    Running,
    Releasing,
    Ending,
    Lost,
}

/// <summary>Says that machines may be bought for what they would cost now.</summary>
/// <param name="Machines">Which; none are all that wait.</param>
public sealed record CloudApproval(IReadOnlyList<string>? Machines = null);

/// <param name="Refused">Why not; none if it may be bought.</param>
public sealed record CloudApprovalResult(string Machine, string? Refused);

/// <summary>A server that this appliance bought and that is no machine.</summary>
public sealed record CloudOrphan(
    string Provider, string Server, string Name, string State, string? Plan, string? Location, CloudPrice? Hourly);

/// <summary>What became of giving a server back.</summary>
public sealed record CloudReleased(string Text);

/// <summary>Who wants to see a console.</summary>
/// <param name="Address">Where they come from, for providers that let in one address alone.</param>
/// <param name="SshKey">The provider's id of their key, where it wants one.</param>
public sealed record CloudConsoleOrder(string? Address = null, string? SshKey = null);

/// <summary>A console that was opened; it holds secrets.</summary>
/// <param name="Kind"><c>ipmi</c>, <c>ssh</c>, <c>vnc</c> or <c>web</c>.</param>
public sealed record CloudConsoleAccess(string Kind, string Address, string? User, string? Password, string? Ends);
