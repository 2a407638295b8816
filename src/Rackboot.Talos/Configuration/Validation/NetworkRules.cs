using System.Globalization;

namespace Rackboot.Talos.Configuration.Validation;

/// <summary>Addresses, names, time, rules and probes of the network (pkg/machinery/config/types/network).</summary>
internal static class NetworkRules
{
    // constants.LinuxReservedRulePriorityLocal, KubeSpanDefaultRulePriority, …Main, …Default
    private static readonly uint[] ReservedPriorities = [0, 32500, 32766, 32767];

    public static void Hostname(Cursor config, RuleContext context)
    {
        var (auto, hostname) = (config["auto"], config["hostname"]);
        config.Refuse(!auto.Exists && hostname.IsZero, "needs auto or hostname");
        auto.Refuse(auto.Exists && auto.Text != "off" && !hostname.IsZero,
            $"is {auto.Text}, but hostname is set; write auto: off");
        auto.Refuse(auto.Text == "talos-addr", "must be stable or off");
        if (hostname.IsZero)
            return;
        hostname.Refuse(hostname.Text.Length > 253, "is longer than 253 characters");
        hostname.Refuse(hostname.Text.Split('.')[0].Length is 0 or > 63, "must have 1 to 63 characters before the first dot");
    }

    public static void HostnameConflict(Cursor config, Cursor legacy)
    {
        config.Refuse(!legacy["machine"]["network"]["hostname"].IsZero,
            "machine.network.hostname already sets the hostname; remove it there");
        config.Refuse(legacy["machine"]["features"]["stableHostname"].IsTrue,
            "machine.features.stableHostname already names the machine; remove it there");
    }

    public static void Dhcp(Cursor config, RuleContext context)
    {
        Check.Name(config);
        var identifier = config["clientIdentifier"].Text;
        config["duidRaw"].Refuse(!config["duidRaw"].IsZero && identifier != "duid", "needs clientIdentifier: duid");
        config["duidRaw"].Refuse(config["duidRaw"].IsZero && identifier == "duid", "is required with clientIdentifier: duid");
    }

    public static void VirtualAddress(Cursor config, RuleContext context)
    {
        if (config["name"].Require("is required: the shared address"))
            config["name"].Refuse(!Check.IsAddress(config["name"].Text), "must be an IP address");
        config["link"].Require();
    }

    public static void HCloudAddress(Cursor config, RuleContext context)
    {
        VirtualAddress(config, context);
        config["apiToken"].Require();
    }

    public static void Resolver(Cursor config, RuleContext context)
    {
        var dns = config["hostDNS"];
        if (!dns.IsZero && !dns["enabled"].IsTrue)
        {
            dns["forwardKubeDNSToHost"].Refuse(dns["forwardKubeDNSToHost"].IsTrue, "needs hostDNS.enabled: true");
            dns["resolveMemberNames"].Refuse(dns["resolveMemberNames"].IsTrue, "needs hostDNS.enabled: true");
        }

        var encrypted = 0;
        foreach (var server in config["nameservers"].Items)
        {
            var isEncrypted = server["protocol"].Text is "DoT" or "DoH";
            encrypted += isEncrypted ? 1 : 0;
            server["tlsServerName"].Refuse(isEncrypted && server["tlsServerName"].IsZero,
                $"is required with protocol {server["protocol"].Text}");
            server["tlsServerName"].Refuse(!isEncrypted && !server["tlsServerName"].IsZero, "is valid only with protocol DoT or DoH");
            if (!context.IsBeforeDocuments)
                server["address"].Require();
        }

        config["nameservers"].Warn(encrypted > 0 && encrypted == config["nameservers"].Count,
            "are all encrypted: their certificates need a correct clock, so the boot may stall; add a plain one, or give time servers by "
                + "address");
    }

    public static void ResolverConflict(Cursor config, Cursor legacy)
    {
        var network = legacy["machine"]["network"];
        config.Refuse(network["searchDomains"].Exists, "machine.network.searchDomains is already set; remove it there");
        config.Refuse(network["nameservers"].Texts.Any(Check.IsAddress), "machine.network.nameservers is already set; remove it there");
        config.Refuse(network["disableSearchDomain"].IsTrue, "machine.network.disableSearchDomain is already set; remove it there");
        config["hostDNS"].Refuse(!config["hostDNS"].IsZero && legacy["machine"]["features"]["hostDNS"].Exists,
            "machine.features.hostDNS is already set; remove it there");
    }

    public static void TimeSync(Cursor config, RuleContext context)
    {
        config["bootTimeout"].Refuse(config["bootTimeout"].Number < 0, "cannot be negative");
        config.Refuse(config["ntp"].Exists && config["ptp"].Exists, "takes ntp or ptp, not both");
        foreach (var server in config["ntp"]["useNTS"].IsTrue ? config["ntp"]["servers"].Items : [])
            server.Refuse(Check.IsAddress(server.Text), $"\"{server.Text}\" must be a host name, which NTS verifies");
    }

    public static void TimeSyncConflict(Cursor config, Cursor legacy)
    {
        var time = legacy["machine"]["time"];
        config.Refuse(time["disabled"].IsTrue, "machine.time.disabled is already set; remove it there");
        config.Refuse(!time["servers"].IsZero, "machine.time.servers is already set; remove it there");
        config.Refuse(!time["bootTimeout"].IsZero, "machine.time.bootTimeout is already set; remove it there");
    }

    public static void KubeSpan(Cursor config, RuleContext context)
    {
        config["mtu"].Refuse(config["mtu"].Exists && config["mtu"].Number < 1280, "must be at least 1280");
        Check.Subnets(config["filters"]["endpoints"]);
    }

    public static void StaticHost(Cursor config, RuleContext context)
    {
        config["name"].Refuse(!Check.IsAddress(config["name"].Text), "must be an IP address");
        config["hostnames"].Require("needs at least one name");
    }

    public static void BlackholeRoute(Cursor config, RuleContext context) =>
        config["name"].Refuse(!Check.IsPrefix(config["name"].Text), "must be the destination, such as 10.0.0.0/8");

    public static void RoutingRule(Cursor config, RuleContext context)
    {
        var name = config["name"];
        if (!uint.TryParse(name.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var priority))
            name.Refuse("must be the priority, a number");
        else
            name.Refuse(Array.IndexOf(ReservedPriorities, priority) >= 0, "must be from 1 to 32765, but not 32500");
        config.Refuse(config["table"].IsZero && config["action"].Text is "" or "unspec" or "unicast" && config["table"].IsZero,
            "needs a table, or an action other than unicast");
        config["fwMask"].Refuse(config["fwMask"].Number != 0 && config["fwMark"].Number == 0, "needs fwMark");
    }

    public static void Rule(Cursor config, RuleContext context)
    {
        Check.Name(config);
        var ports = config["portSelector"]["ports"];
        if (ports.Require("needs at least one port"))
            Ports(ports);
        foreach (var rule in config["ingress"].Items)
            rule["subnet"].Require();
    }

    public static void HttpProbe(Cursor config, RuleContext context)
    {
        var url = config["url"];
        if (url.Require())
        {
            url.Refuse(url.Url?.Scheme is not ("http" or "https"), "must start with http:// or https://");
            url.Refuse(url.Url?.Scheme is "http" or "https" && url.Url.Hostname.Length == 0, "needs a host");
        }

        Probe(config, context);
    }

    public static void TcpProbe(Cursor config, RuleContext context)
    {
        config["endpoint"].Require("is required: host:port");
        Probe(config, context);
    }

    private static void Probe(Cursor config, RuleContext context)
    {
        Check.Name(config);
        config["timeout"].Refuse(config["timeout"].Number < 0, "cannot be negative");
        config["interval"].Refuse(config["interval"].Number < 0, "cannot be negative");
        config["failureThreshold"].Refuse(config["failureThreshold"].Number < 0, "cannot be negative");
    }

    private static void Ports(Cursor ports)
    {
        (long Low, long High)? before = null;
        foreach (var port in ports.Items.OrderBy(p => Range(p).Low))
        {
            var range = Range(port);
            port.Refuse(range.Low > range.High, $"{port.Text} is a range that ends before its start");
            port.Refuse(before is { } last && range.Low <= last.High, $"{port.Text} overlaps another range");
            before = range;
        }
    }

    private static (long Low, long High) Range(Cursor port) => (port.Value as Values.ConfigScalar)?.Parsed is ValueTuple<long, long> range
        ? range : default;
}
