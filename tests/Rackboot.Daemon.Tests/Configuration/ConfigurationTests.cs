using Rackboot.Core.Boot;
using Rackboot.Daemon.Configuration;
using Rackboot.Dhcp;
using Rackboot.Tests;

namespace Rackboot.Daemon.Tests.Configuration;

public sealed class ConfigurationTests
{
    private const string Good =
        """
        data: /var/lib/rackboot
        boot:
          interfaces: [eth1]
          http: 80
          tftp: 69
        management:
          socket: /run/rackboot/rackboot.sock
        subnets:
          - subnet: 10.20.0.0/24
            mode: dhcp
            range: 10.20.0.100-10.20.0.199
            router: 10.20.0.1
            dns: [10.20.0.1]
            domain: rack1.example
            lease: 1h
        machines:
          unknown: discover
          profile: default
        """;

    [Fact]
    public void Nothing_may_be_fetched_from_outside_unless_the_file_says_so()
    {
        Assert.True(ConfigurationFile.TryParse("rackboot.yaml", Good, out var closed, out _));
        Assert.Equal(
            (null, null, null, 0), (closed.Assets.Factory, closed.Assets.Proxy, closed.Assets.Authorities, closed.Assets.Registries.Count));
        const string open = "assets: { factory: https://factory.talos.dev, proxy: http://10.0.0.1:3128, ca: /etc/ca.pem, registries: "
            + "[registry.k8s.io, ghcr.io=http://10.0.0.9:5000], pruneAfter: 30d }\n";
        Assert.True(ConfigurationFile.TryParse("rackboot.yaml", open + Good, out var opened, out _));
        Assert.Equal((null, TimeSpan.FromDays(30)), (closed.Assets.PruneAfter, opened.Assets.PruneAfter));
        Assert.Equal("https://registry.k8s.io/ http://10.0.0.9:5000/", string.Join(' ', opened.Assets.Registries.Values));
    }

    [Theory]
    [InlineData("factory: factory.talos.dev", "is not a URL")]
    [InlineData("ca: ca.pem", "is not an absolute path")]
    [InlineData("registries: [k8s]", "is not a registry")]
    [InlineData("pruneAfter: 1h", "is not a time from 1d to 3650d")]
    [InlineData("registries: [ghcr.io=ftp://x]", "is not a registry")]
    public void A_mistake_in_what_may_be_fetched_is_named(string setting, string message)
    {
        Assert.False(ConfigurationFile.TryParse("rackboot.yaml", $"assets: {{ {setting} }}\n{Good}", out _, out var errors));
        Assert.Contains(message, Assert.Single(errors).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("    routerAdvertisements: true\n", true)]
    [InlineData("    routerAdvertisements: false\n", false)]
    [InlineData("    mode: proxy\n", true)]
    [InlineData("    mode: off\n", false)]
    public void Router_solicitations_are_answered_in_a_served_subnet_unless_it_says_otherwise(string setting, bool answered)
    {
        var file = "boot: { interfaces: [eth1] }\nsubnets:\n  - subnet: 10.20.0.0/24\n" + setting;
        Assert.True(ConfigurationFile.TryParse("rackboot.yaml", file, out var configuration, out var errors), string.Join('\n', errors));
        Assert.Equal(answered ? ["10.20.0.0/24"] : [], configuration.AdvertisedNetworks.Select(n => n.ToString()));
    }

    [Fact]
    public void A_subnet_that_hands_out_no_time_server_is_warned_of()
    {
        Assert.True(ConfigurationFile.TryParse("rackboot.yaml", Good, out var without, out _));
        Assert.StartsWith("rackboot.yaml:9: subnets[0].ntp: subnet 10.20.0.0/24 hands out no time server",
            Assert.Single(ConfigurationWarnings.Of("rackboot.yaml", without)).ToString(), StringComparison.Ordinal);
        Assert.True(ConfigurationFile.TryParse("rackboot.yaml",
            Good.Replace("    dns:", "    ntp: [10.20.0.1]\n    dns:", StringComparison.Ordinal), out var with, out _));
        Assert.Empty(ConfigurationWarnings.Of("rackboot.yaml", with));
        Assert.True(ConfigurationFile.TryParse(
            "rackboot.yaml", Good.Replace("mode: dhcp", "mode: off", StringComparison.Ordinal), out var off, out _));
        Assert.Empty(ConfigurationWarnings.Of("rackboot.yaml", off));
    }

    [Fact]
    public void A_right_file_is_read_as_it_says()
    {
        Assert.True(ConfigurationFile.TryParse("rackboot.yaml", Good, out var configuration, out _));
        var subnet = Assert.Single(configuration.Subnets);
        Assert.Equal(("10.20.0.0/24", SubnetMode.Dhcp, TimeSpan.FromHours(1), "rack1.example"),
            (subnet.Network.ToString(), subnet.Mode, subnet.LeaseTime, subnet.Domain));
        Assert.Equal("10.20.0.199", subnet.Range!.Value.Last.ToString());
        Assert.Equal(new MachinePolicy(UnknownMachines.Discover, "default", IdleMachines.Wait), configuration.Machines);
        Assert.Equal(["eth1"], configuration.Interfaces);
    }

    [Theory]
    [InlineData("packaging/rackboot.yaml")]
    [InlineData("examples/configuration/first-rack.yaml")]
    [InlineData("examples/configuration/proxy.yaml")]
    [InlineData("examples/configuration/relay.yaml")]
    public void Every_example_is_valid(string file) =>
        Assert.True(ConfigurationFile.TryParse(file, File.ReadAllText(Path.Combine(CommittedPage.Root, file)), out _, out var errors),
            string.Join("\n", errors));

    [Fact]
    public void The_example_in_the_documentation_is_valid_and_names_every_setting()
    {
        var page = File.ReadAllText(Path.Combine(CommittedPage.Root, "docs", "configuration.md"));
        var example = page.Split("```yaml\n")[1].Split("```")[0];
        Assert.True(ConfigurationFile.TryParse("docs", example, out var configuration, out var errors), string.Join("\n", errors));
        Assert.DoesNotContain(ConfigurationFile.Settings(), s =>
            !configuration.Lines.Has(s.Path.Replace("[]", "[0]", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_reference_page_says_what_the_code_says() =>
        CommittedPage.IsCurrent("docs/reference/configuration.md", SettingsReference.Page());

    [Fact]
    public void Every_setting_is_explained_with_what_is_allowed()
    {
        Assert.All(ConfigurationFile.Settings(), s => Assert.True(s.Says.Length > 0 && s.Form.Length > 0, s.Path));
        Assert.Contains("boot.http  a whole number from 1 to 65535; default 80\n", SettingsReference.Text("boot"),
            StringComparison.Ordinal);
        Assert.StartsWith("subnets  a list of groups\n", SettingsReference.Text("subnets"), StringComparison.Ordinal);
        Assert.Contains("subnets[].range  ", SettingsReference.Text("subnets"), StringComparison.Ordinal);
        Assert.DoesNotContain("boot.", SettingsReference.Text("subnets"), StringComparison.Ordinal);
        Assert.Empty(SettingsReference.Text("nosuch"));
    }

    [Theory]
    [InlineData(
        "range: 10.20.0.100-10.20.0.199", "range: 10.20.0.100-10.20.1.5", 11, "range end 10.20.1.5 is outside the subnet 10.20.0.0/24")]
    [InlineData("range: 10.20.0.100-10.20.0.199", "range: 10.20.0.0-10.20.0.199", 11, "is the network or broadcast address")]
    [InlineData("range: 10.20.0.100-10.20.0.199", "range: 10.20.0.199-10.20.0.100", 11, "is after its end")]
    [InlineData("range: 10.20.0.100-10.20.0.199", "range: many", 11, "is not a range")]
    [InlineData("mode: dhcp", "mode: authoritative", 10, "allowed: dhcp, proxy, off")]
    [InlineData("mode: dhcp", "mode: proxy", 11, "another server assigns the addresses")]
    [InlineData("subnet: 10.20.0.0/24", "subnet: 10.20.0.1/24", 9, "is not an IPv4 network")]
    [InlineData("router: 10.20.0.1", "router: 10.99.0.1", 12, "outside the subnet")]
    [InlineData("lease: 1h", "lease: soon", 15, "is not a time from")]
    [InlineData("http: 80", "http: 80000", 4, "whole number from 1 to 65535")]
    [InlineData("interfaces: [eth1]", "interfaces: [eth1, eth1]", 3, "named twice")]
    [InlineData("interfaces: [eth1]", "interfaces: eth1", 3, "must be a list")]
    [InlineData("interfaces: [eth1]", "interfaces: [a-name-much-too-long]", 3, "at most 15 characters")]
    [InlineData("socket: /run/rackboot/rackboot.sock", "socket: rackboot.sock", 7, "not an absolute path")]
    [InlineData("unknown: discover", "unknown: adopt", 17, "allowed: ignore, discover, boot")]
    [InlineData("  profile: default", "  profil: default", 18, "did you mean profile?")]
    [InlineData("data: /var/lib/rackboot", "data: [a]", 1, "must be a single value")]
    [InlineData("data: /var/lib/rackboot", "data: *x", 1, "anchors and aliases")]
    [InlineData("data: /var/lib/rackboot", "\tdata: x", 1, "not valid YAML")]
    public void A_mistake_is_named_with_its_line_and_what_is_allowed(string right, string wrong, int line, string text)
    {
        Assert.False(
            ConfigurationFile.TryParse("rackboot.yaml", Good.Replace(right, wrong, StringComparison.Ordinal), out _, out var errors));
        Assert.Contains(errors, e => e.Line == line && e.ToString().Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public void All_mistakes_are_reported_together_in_the_order_of_their_lines()
    {
        var wrong = Good.Replace("http: 80", "http: x", StringComparison.Ordinal).Replace("lease: 1h", "lease: x", StringComparison.Ordinal)
            .Replace("unknown: discover", "unknown: boot", StringComparison.Ordinal).Replace(
                "  profile: default", "  other: 1", StringComparison.Ordinal);
        Assert.False(ConfigurationFile.TryParse("f", wrong, out _, out var errors));
        Assert.Equal([4, 15, 17, 18], errors.Select(e => e.Line).Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a")]
    [InlineData("a: 1\n---\nb: 2")]
    public void A_file_that_is_no_configuration_is_told_so(string text) =>
        Assert.False(ConfigurationFile.TryParse("f", text, out _, out _));

    [Fact]
    public void A_missing_file_is_an_error_and_no_exception()
    {
        Assert.False(ConfigurationFile.TryLoad("/nowhere/rackboot.yaml", out _, out var errors));
        Assert.Contains("reading it failed", Assert.Single(errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Random_and_mutated_files_never_throw()
    {
        var random = new Random(7);
        const string alphabet = " \n\t:-[]{},&*!|>'\"#%@`abc019./~?\0é";
        var wrong = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var text = i % 4 == 0
                ? new string([.. Enumerable.Range(0, random.Next(60)).Select(_ => alphabet[random.Next(alphabet.Length)])])
                : Mutate(Good[random.Next(Good.Length / 2)..random.Next(Good.Length / 2, Good.Length)], random, alphabet);
            if (!ConfigurationFile.TryParse("f", text, out var configuration, out var errors))
            {
                Assert.NotEmpty(errors);
                Assert.Null(configuration);
                wrong++;
            }
        }

        Assert.InRange(wrong, 90_000, 100_000);
    }

    private static string Mutate(string text, Random random, string alphabet)
    {
        var characters = text.ToCharArray();
        for (var n = random.Next(1, 5); n > 0 && characters.Length > 0; n--)
            characters[random.Next(characters.Length)] = alphabet[random.Next(alphabet.Length)];
        return new string(characters);
    }
}
