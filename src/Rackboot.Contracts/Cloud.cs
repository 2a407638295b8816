using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Rackboot.Contracts;

/// <summary>An account at a provider of servers, and what may be bought with it.</summary>
public sealed record CloudProvider : IDocument
{
    /// <summary>Version of the document format.</summary>
    /// <example>"v1alpha1"</example>
    [Required]
    public string ApiVersion { get; init; } = Document.ApiVersion;

    /// <summary>Kind of the document.</summary>
    /// <example>"Provider"</example>
    [Required]
    public string Kind { get; init; } = "Provider";

    /// <summary>Name of the account here: 1 to 63 lower-case letters, digits, <c>-</c> and <c>.</c>.</summary>
    /// <example>"latitude-eu"</example>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Labels to select it by.</summary>
    /// <example>{"site": "fra"}</example>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>The provider: <c>latitude</c>, <c>vultr</c>, <c>hetzner-robot</c>, …; docs/clouds.md has them all.</summary>
    /// <example>"latitude"</example>
    [Required]
    public string? Provider { get; init; }

    /// <summary>Name of the credential to log in with; docs/clouds.md says what its user name and password are.</summary>
    /// <example>"latitude-token"</example>
    [Required]
    public string? Credential { get; init; }

    /// <summary>What is never passed, whatever happens.</summary>
    /// <example>{"machines": 10, "hourly": "40 USD"}</example>
    [Required]
    public CloudLimits? Limits { get; init; }

    /// <summary>A machine that costs no more an hour is bought without asking. Without it somebody says yes to each.</summary>
    /// <example>"2 USD"</example>
    public string? BuyBelow { get; init; }

    /// <summary>What the provider needs beyond a login; docs/clouds.md has the names. <c>endpoint</c> is the address of its API, where that
    /// is
    /// another one.</summary>
    /// <example>{"project": "proj_gXQvNedwV0zpb"}</example>
    public IReadOnlyDictionary<string, string>? Settings { get; init; }

    /// <summary>What its machines boot, beyond their profile.</summary>
    /// <example>{"factory": "http://boot.example.net"}</example>
    public CloudBoot? Boot { get; init; }

    /// <summary>Observed by the appliance. Ignored in what is sent to it.</summary>
    [ReadOnly(true)]
    public CloudProviderStatus? Status { get; init; }
}

/// <summary>What is never passed, whatever happens.</summary>
public sealed record CloudLimits
{
    /// <summary>Servers at once, those among them of which nobody knows for certain.</summary>
    /// <example>10</example>
    [Required]
    public long? Machines { get; init; }

    /// <summary>What all of them may cost an hour together; in the provider's currency.</summary>
    /// <example>"40 USD"</example>
    public string? Hourly { get; init; }
}

/// <summary>What a provider's machines boot.</summary>
public sealed record CloudBoot
{
    /// <summary>Where they fetch Talos: a server with the paths of the Image Factory. Without it that is the public one.</summary>
    /// <example>"http://boot.example.net"</example>
    public string? Factory { get; init; }

    /// <summary>The provider's id of an image that is there already; it goes before all else.</summary>
    /// <example>"private/15"</example>
    public string? Image { get; init; }

    /// <summary>Added to the kernel's command line.</summary>
    /// <example>["console=ttyS1,115200"]</example>
    public IReadOnlyList<string>? KernelArguments { get; init; }
}

/// <summary>How a provider is.</summary>
public sealed record CloudProviderStatus
{
    /// <summary>What people call it.</summary>
    /// <example>"Latitude.sh"</example>
    public required string Title { get; init; }

    /// <summary>Servers that cost, or may.</summary>
    /// <example>3</example>
    public required int Machines { get; init; }

    /// <summary>What they cost an hour together, a price for each currency.</summary>
    public required IReadOnlyList<CloudPrice> Hourly { get; init; }

    /// <summary>How Talos gets onto its servers, the best way first.</summary>
    /// <example>["iPXE script"]</example>
    public required IReadOnlyList<string> Routes { get; init; }

    /// <summary>What nobody has seen live.</summary>
    public required IReadOnlyList<string> Unproven { get; init; }

    /// <summary>Why it cannot be asked now.</summary>
    public string? Problem { get; init; }
}

/// <summary>A price.</summary>
/// <param name="Amount">How much.</param>
/// <param name="Currency">ISO 4217.</param>
public sealed record CloudPrice(decimal Amount, string Currency);

/// <summary>Where a machine is that is in no rack: bought there, or rented already.</summary>
public sealed record MachinePlace
{
    /// <summary>Name of a Provider document.</summary>
    /// <example>"latitude-eu"</example>
    [Required]
    public string? Provider { get; init; }

    /// <summary>As <c>rackboot cloud offers</c> shows it.</summary>
    /// <example>"c3-large-x86"</example>
    public string? Plan { get; init; }

    /// <summary>As <c>rackboot cloud offers</c> shows it.</summary>
    /// <example>"FRA"</example>
    public string? Location { get; init; }

    /// <summary>The provider's id of a server that is rented already; then plan and location are left out.</summary>
    /// <example>"321"</example>
    public string? Server { get; init; }

    /// <summary>Install Talos on that server: what is on its disks is lost. Without it the server is only watched and switched.</summary>
    /// <example>true</example>
    public bool? Install { get; init; }
}

/// <summary>A plan at a place that can be bought.</summary>
public sealed record CloudOffer
{
    /// <summary>Name of the Provider document.</summary>
    public required string Provider { get; init; }

    /// <summary>As the provider calls it; <c>place.plan</c> of a machine.</summary>
    public required string Plan { get; init; }

    /// <summary>As people call it, where that is something else.</summary>
    public string? Title { get; init; }

    /// <summary>As the provider calls it; <c>place.location</c> of a machine.</summary>
    public required string Location { get; init; }

    /// <summary>The location in words.</summary>
    public string? Place { get; init; }

    /// <summary>The processor.</summary>
    public string? Cpu { get; init; }

    /// <summary>Cores of all processors.</summary>
    public int? Cores { get; init; }

    /// <summary>Memory.</summary>
    public decimal? MemoryGiB { get; init; }

    /// <summary>The disks, in words.</summary>
    public string? Disks { get; init; }

    /// <summary>The model of its GPUs.</summary>
    public string? Gpu { get; init; }

    /// <summary>How many GPUs it has.</summary>
    public int Gpus { get; init; }

    /// <summary>Its network cards or bandwidth, in words.</summary>
    public string? Network { get; init; }

    /// <summary><c>amd64</c> or <c>arm64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>What it costs an hour; a month spread over its hours where there is no price an hour.</summary>
    public CloudPrice? Hourly { get; init; }

    /// <summary>What it costs a month.</summary>
    public CloudPrice? Monthly { get; init; }

    /// <summary>Once, with the order.</summary>
    public CloudPrice? Setup { get; init; }

    /// <summary>Whether it can be had.</summary>
    public CloudStock Stock { get; init; }

    /// <summary>How Talos gets there; none if it does not.</summary>
    public string? Route { get; init; }

    /// <summary>When the provider said so.</summary>
    public required DateTimeOffset Read { get; init; }
}

/// <summary>Whether something can be had.</summary>
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
    /// <summary>Name of the machine.</summary>
    public required string Machine { get; init; }

    /// <summary>Name of the Provider document.</summary>
    public required string Provider { get; init; }

    /// <summary>The plan that it has or is to have.</summary>
    public string? Plan { get; init; }

    /// <summary>Where it is or is to be.</summary>
    public string? Location { get; init; }

    /// <summary>How far it is.</summary>
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

    /// <summary>Where it is reached, public addresses first.</summary>
    public IReadOnlyList<string>? Addresses { get; init; }

    /// <summary>What it costs an hour, or would.</summary>
    public CloudPrice? Hourly { get; init; }

    /// <summary>What it costs once.</summary>
    public CloudPrice? Setup { get; init; }

    /// <summary>Who said that it may be bought.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>What keeps it from going on, and what to do.</summary>
    public string? Problem { get; init; }

    /// <summary>When the stage was reached.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When or how it ends, in words.</summary>
    public string? Ends { get; init; }
}

/// <summary>How far a machine is on its way to a provider and back.</summary>
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

/// <summary>Whether a machine may be bought.</summary>
/// <param name="Machine">Name of the machine.</param>
/// <param name="Refused">Why not; none if it may be bought.</param>
public sealed record CloudApprovalResult(string Machine, string? Refused);

/// <summary>A server that this appliance bought and that is no machine.</summary>
/// <param name="Provider">Name of the Provider document.</param>
/// <param name="Server">The provider's id of the server.</param>
/// <param name="Name">Its name, with its mark.</param>
/// <param name="State">In the provider's own word.</param>
/// <param name="Plan">The plan that it has.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Hourly">What it costs an hour.</param>
public sealed record CloudOrphan(
    string Provider, string Server, string Name, string State, string? Plan, string? Location, CloudPrice? Hourly);

/// <summary>What became of giving a server back.</summary>
/// <param name="Text">In a sentence.</param>
public sealed record CloudReleased(string Text);

/// <summary>Who wants to see a console.</summary>
/// <param name="Address">Where they come from, for providers that let in one address alone.</param>
/// <param name="SshKey">The provider's id of their key, where it wants one.</param>
public sealed record CloudConsoleOrder(string? Address = null, string? SshKey = null);

/// <summary>A console that was opened; it holds secrets.</summary>
/// <param name="Kind"><c>ipmi</c>, <c>ssh</c>, <c>vnc</c> or <c>web</c>.</param>
/// <param name="Address">A URL, or what to give to ssh or ipmitool.</param>
/// <param name="User">The user to log in as.</param>
/// <param name="Password">The password to log in with; a secret.</param>
/// <param name="Ends">When it is closed.</param>
public sealed record CloudConsoleAccess(string Kind, string Address, string? User, string? Password, string? Ends);
