using System.Text;
using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Cloud.Tests.Specs;
using Rackboot.Tests;

namespace Rackboot.Cloud.Tests;

/// <summary>docs/reference/providers.md: what each provider can do and what that was tried against. The lists below are of the tests that
/// try it.</summary>
public sealed class ProviderPageTests
{
    // RecordingTests replays these.
    private static readonly Dictionary<string, string[]> Recorded = new()
    {
        ["latitude"] = ["offers", "order", "state", "give back"],
        ["hetzner-robot"] = ["state", "power"],
        ["phoenixnap"] = ["offers", "state", "power", "give back"],
    };

    private static readonly string[] Operations = ["offers", "order", "state", "power", "install", "reinstall", "console", "give back"];

    [Fact]
    public void The_page_of_providers_says_what_the_code_and_the_tests_say() =>
        CommittedPage.IsCurrent("docs/reference/providers.md", Page());

    [Fact]
    public void Every_provider_is_simulated_or_said_not_to_be() =>
        Assert.Equal(["voltagepark"], Clouds.All.Select(t => t.Provider).Except(Simulated).Order());

    private static string[] Simulated => [.. Providers.Names.Select(row => row.Data), "hetzner-robot", "ovh"];

    private static string Evidence(CloudTraits traits, string operation)
    {
        var built = operation switch
        {
            "order" => traits.Creates,
            "power" => traits.Switches.Count > 0,
            "install" => traits.Routes.Count > 0,
            "reinstall" => traits.Reinstalls || traits.Provider is "scaleway" or "hetzner-robot" or "ovh",
            "console" => traits.Console is not null,
            _ => true,
        };
        // The simulators of OVHcloud and of the Robot have no offers.
        var tried = Simulated.Contains(traits.Provider) && (operation != "offers" || traits.Provider is not ("ovh" or "hetzner-robot"));
        return !built ? "not built"
            // Of servers that run already, or were rented by somebody else.
            : operation == "reinstall" && traits.Provider is not ("latitude" or "hetzner-robot" or "ovh" or "ironic") ? "unproven"
            : Recorded.GetValueOrDefault(traits.Provider)?.Contains(operation) is true ? "recording"
            : tried && SpecificationTests.Has(traits.Provider) ? "specification"
            : tried ? "simulator"
            : "unproven";
    }

    private static string Page()
    {
        var page = new StringBuilder(
            """
            # Providers

            What each provider can do here, and what that was tried against. The tests never call a provider: nothing below was seen live.

            - *specification*: every request is held against the provider's own OpenAPI document, and a simulator answers;
              Prism, too, lets an order pass and refuses an empty one.
            - *recording*: answers that the provider really gave are replayed, and the requests compared.
            - *simulator*: a simulator of ours answers, made from the provider's clients and documentation.
            - *unproven*: built from the documentation, and tried against nothing.
            - *not built*: the provider has no such thing, or it is not built here.

            Rescue systems were tried over Debian's ssh and sshd, with disks that are files. The real daemon was tried with every
            provider that sells servers here, simulated on the wire, but scaleway. A virtual machine booted the script that latitude
            was given. Answers in the tests of public clients (cherrygo, linodego, gcorelabscloud-go, terraform-provider-scaleway,
            govultr, godo, hcloud-go, gophercloud) and in Ironic's API reference were read once without a loss.

            `tests/Rackboot.Cloud.Tests` writes this page (`make reference`). [Servers at providers](../clouds.md) says how to use them.


            """.ReplaceLineEndings("\n"));
        page.Append($"| provider | {string.Join(" | ", Operations)} |\n|---|{string.Concat(Operations.Select(_ => "---|"))}\n");
        foreach (var traits in Ordered)
            page.Append($"| [{traits.Title}](#{traits.Provider}) | {string.Join(" | ", Operations.Select(o => Evidence(traits, o)))} |\n");
        foreach (var traits in Ordered)
            About(page, traits);
        return page.ToString();
    }

    private static IEnumerable<CloudTraits> Ordered => Clouds.All.OrderBy(t => t.Provider, StringComparer.Ordinal);

    private static void About(StringBuilder page, CloudTraits traits)
    {
        page.Append($"\n## {traits.Provider}\n\n{traits.Title}. Login: {traits.Login}.\n\n");
        if (traits.Settings.Count > 0)
        {
            page.Append("| setting | what | needed |\n|---|---|---|\n");
            foreach (var setting in traits.Settings)
                page.Append($"| `{setting.Name}` | {setting.What} | {(setting.Required ? "yes" : "no")} |\n");
            page.Append('\n');
        }

        var routes = traits.Routes.Count > 0 ? string.Join(", or else ", traits.Routes.Select(CloudBootPlan.Word)) : "no documented way";
        var switches = string.Join(", ", traits.Switches.Select(s => s.ToString().ToLowerInvariant()));
        var power = switches.Length > 0 ? switches : "cannot be switched";
        page.Append($"- Talos gets there by: {routes}\n");
        page.Append($"- Servers are {(traits.Creates ? "bought" : "rented there by you, and taken over with `place.server`")}\n");
        page.Append($"- Power: {power}{(traits.ReadsPower ? "" : "; the state cannot be read")}\n");
        page.Append($"- Costs: {traits.Bills}\n");
        page.Append($"- Prices: {(traits.HasPrices ? "yes" : "none, so `limits.hourly` cannot hold")}; ");
        page.Append($"stock: {(traits.HasStock ? "yes" : "none")}\n");
        page.Append($"- At most {traits.ReadsPerMinute} requests a minute that read, and {traits.WritesPerMinute} that change something\n");
        foreach (var unproven in traits.Unproven)
            page.Append($"- Not settled: {unproven}\n");
        page.Append("- Never seen live: all of it\n");
    }
}
