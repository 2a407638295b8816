using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Rackboot.Contracts;

/// <summary>An account at a server provider, and its purchase limits.</summary>
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

    /// <summary>The provider: <c>latitude</c>, <c>vultr</c>, <c>hetzner-robot</c>, …; docs/clouds.md lists all.</summary>
    /// <example>"latitude"</example>
    [Required]
    public string? Provider { get; init; }

    /// <summary>Name of the credential to log in with; docs/clouds.md says what to use as its user name and password.</summary>
    /// <example>"latitude-token"</example>
    [Required]
    public string? Credential { get; init; }

    /// <summary>Limits that purchases never exceed.</summary>
    /// <example>{"machines": 10, "hourly": "40 USD"}</example>
    [Required]
    public CloudLimits? Limits { get; init; }

    /// <summary>Machines up to this price an hour are bought without asking. Without it an operator must approve each purchase.</summary>
    /// <example>"2 USD"</example>
    public string? BuyBelow { get; init; }

    /// <summary>What the provider needs besides a login; docs/clouds.md lists the names. <c>endpoint</c> is the address of its API, if not
    /// the usual one.</summary>
    /// <example>{"project": "proj_gXQvNedwV0zpb"}</example>
    public IReadOnlyDictionary<string, string>? Settings { get; init; }

    /// <summary>What its machines boot, besides their profile.</summary>
    /// <example>{"factory": "http://boot.example.net"}</example>
    public CloudBoot? Boot { get; init; }

    /// <summary>Observed by the appliance. Ignored in what is sent to it.</summary>
    [ReadOnly(true)]
    public CloudProviderStatus? Status { get; init; }
}

/// <summary>Limits that purchases never exceed.</summary>
public sealed record CloudLimits
{
    /// <summary>Maximum number of servers at a time, including those whose state is uncertain.</summary>
    /// <example>10</example>
    [Required]
    public long? Machines { get; init; }

    /// <summary>Maximum total price an hour, in the provider's currency.</summary>
    /// <example>"40 USD"</example>
    public string? Hourly { get; init; }
}

/// <summary>What a provider's machines boot.</summary>
public sealed record CloudBoot
{
    /// <summary>The server they fetch Talos from, with the paths of the Image Factory. Default: the public Image Factory.</summary>
    /// <example>"http://boot.example.net"</example>
    public string? Factory { get; init; }

    /// <summary>The provider's id of an existing image; takes precedence over everything else.</summary>
    /// <example>"private/15"</example>
    public string? Image { get; init; }

    /// <summary>Kernel arguments to add.</summary>
    /// <example>["console=ttyS1,115200"]</example>
    public IReadOnlyList<string>? KernelArguments { get; init; }
}

/// <summary>The state of a provider.</summary>
public sealed record CloudProviderStatus
{
    /// <summary>Display name.</summary>
    /// <example>"Latitude.sh"</example>
    public required string Title { get; init; }

    /// <summary>Number of servers that cost money, or may.</summary>
    /// <example>3</example>
    public required int Machines { get; init; }

    /// <summary>Their total price an hour, for each currency.</summary>
    public required IReadOnlyList<CloudPrice> Hourly { get; init; }

    /// <summary>How Talos gets onto its servers, best way first.</summary>
    /// <example>["iPXE script"]</example>
    public required IReadOnlyList<string> Routes { get; init; }

    /// <summary>What was never tried against the live provider.</summary>
    public required IReadOnlyList<string> Unproven { get; init; }

    /// <summary>Why the provider cannot be reached now.</summary>
    public string? Problem { get; init; }
}

/// <summary>A price.</summary>
/// <param name="Amount">Amount.</param>
/// <param name="Currency">ISO 4217.</param>
public sealed record CloudPrice(decimal Amount, string Currency);

/// <summary>The place of a machine at a provider: bought there, or rented already.</summary>
public sealed record MachinePlace
{
    /// <summary>Name of a Provider document.</summary>
    /// <example>"latitude-eu"</example>
    [Required]
    public string? Provider { get; init; }

    /// <summary>Name as <c>rackboot cloud offers</c> shows it.</summary>
    /// <example>"c3-large-x86"</example>
    public string? Plan { get; init; }

    /// <summary>Name as <c>rackboot cloud offers</c> shows it.</summary>
    /// <example>"FRA"</example>
    public string? Location { get; init; }

    /// <summary>The provider's id of an already rented server; omit plan and location then.</summary>
    /// <example>"321"</example>
    public string? Server { get; init; }

    /// <summary>Install Talos on that server; erases its disks. Without it the appliance only monitors it and controls its power.</summary>
    /// <example>true</example>
    public bool? Install { get; init; }

    /// <summary>Give that server back with the machine: it is cancelled at the provider. Without it the server stays rented.</summary>
    /// <example>true</example>
    public bool? Release { get; init; }
}

/// <summary>A plan that a provider offers at a location.</summary>
public sealed record CloudOffer
{
    /// <summary>Name of the Provider document.</summary>
    public required string Provider { get; init; }

    /// <summary>The provider's plan id; <c>place.plan</c> of a machine.</summary>
    public required string Plan { get; init; }

    /// <summary>Display name, if different.</summary>
    public string? Title { get; init; }

    /// <summary>The provider's location id; <c>place.location</c> of a machine.</summary>
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

    /// <summary>Price an hour; if the provider has none, the monthly price divided by the hours of a month.</summary>
    public CloudPrice? Hourly { get; init; }

    /// <summary>Price a month.</summary>
    public CloudPrice? Monthly { get; init; }

    /// <summary>One-time price, due with the order.</summary>
    public CloudPrice? Setup { get; init; }

    /// <summary>Whether it is available.</summary>
    public CloudStock Stock { get; init; }

    /// <summary>How Talos gets onto it; none if there is no way.</summary>
    public string? Route { get; init; }

    /// <summary>When the provider reported this.</summary>
    public required DateTimeOffset Read { get; init; }
}

/// <summary>Availability.</summary>
public enum CloudStock
{
    /// <summary>The provider does not say.</summary>
    Unknown,
    Out,
    Low,
    In,
}

/// <summary>A machine at a provider, existing or planned.</summary>
public sealed record CloudMachine
{
    /// <summary>Name of the machine.</summary>
    public required string Machine { get; init; }

    /// <summary>Name of the Provider document.</summary>
    public required string Provider { get; init; }

    /// <summary>Its plan, actual or planned.</summary>
    public string? Plan { get; init; }

    /// <summary>Its location, actual or planned.</summary>
    public string? Location { get; init; }

    /// <summary>Its stage.</summary>
    public required CloudStage Stage { get; init; }

    /// <summary>Its state, in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>Whether it waits for an operator to approve the purchase: <c>rackboot cloud plan --yes</c>.</summary>
    public bool Waits { get; init; }

    /// <summary>Whether it costs money now, or may.</summary>
    public bool Costs { get; init; }

    /// <summary>Whether deleting the machine releases its server, and its disks are lost.</summary>
    public bool Releases { get; init; }

    /// <summary>The provider's id of the server.</summary>
    public string? Server { get; init; }

    /// <summary>The mark in the server's name by which the appliance finds it again.</summary>
    public string? Mark { get; init; }

    /// <summary>The state in the provider's own words.</summary>
    public string? State { get; init; }

    /// <summary>Its addresses, public ones first.</summary>
    public IReadOnlyList<string>? Addresses { get; init; }

    /// <summary>Price an hour, actual or planned.</summary>
    public CloudPrice? Hourly { get; init; }

    /// <summary>One-time price.</summary>
    public CloudPrice? Setup { get; init; }

    /// <summary>Who approved the purchase.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>What stops it, and what to do.</summary>
    public string? Problem { get; init; }

    /// <summary>When the stage was reached.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When or how the rental ends, in words.</summary>
    public string? Ends { get; init; }
}

/// <summary>The stages of a machine at a provider, from plan to return.</summary>
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

/// <summary>Approves the purchase of machines at their present price.</summary>
/// <param name="Machines">The machines; all that wait if omitted.</param>
public sealed record CloudApproval(IReadOnlyList<string>? Machines = null);

/// <summary>The answer to one approval.</summary>
/// <param name="Machine">Name of the machine.</param>
/// <param name="Refused">Why the purchase was not approved; none if it was.</param>
public sealed record CloudApprovalResult(string Machine, string? Refused);

/// <summary>A server that this appliance bought and that belongs to no machine.</summary>
/// <param name="Provider">Name of the Provider document.</param>
/// <param name="Server">The provider's id of the server.</param>
/// <param name="Name">Its name, with its mark.</param>
/// <param name="State">State in the provider's own words.</param>
/// <param name="Plan">Its plan.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Hourly">What it costs an hour.</param>
public sealed record CloudOrphan(
    string Provider, string Server, string Name, string State, string? Plan, string? Location, CloudPrice? Hourly);

/// <summary>A request to give a server back.</summary>
/// <param name="Token">The token that the provider sent by e-mail, if it sends one.</param>
public sealed record CloudReleaseOrder(string? Token = null);

/// <summary>The outcome of giving a server back.</summary>
/// <param name="Text">The outcome, in a sentence.</param>
public sealed record CloudReleased(string Text);

/// <summary>A request for a console.</summary>
/// <param name="Address">The operator's address, for providers that admit a single address.</param>
/// <param name="SshKey">The provider's id of the operator's SSH key, for providers that need one.</param>
public sealed record CloudConsoleOrder(string? Address = null, string? SshKey = null);

/// <summary>An open console; contains secrets.</summary>
/// <param name="Kind"><c>ipmi</c>, <c>ssh</c>, <c>vnc</c> or <c>web</c>.</param>
/// <param name="Address">A URL, or what to give to ssh or ipmitool.</param>
/// <param name="User">The user to log in as.</param>
/// <param name="Password">The password to log in with; a secret.</param>
/// <param name="Ends">When it closes.</param>
public sealed record CloudConsoleAccess(string Kind, string Address, string? User, string? Password, string? Ends);
