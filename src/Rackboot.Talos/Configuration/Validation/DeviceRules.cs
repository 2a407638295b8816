namespace Rackboot.Talos.Configuration.Validation;

/// <summary>machine.network of the v1alpha1 document (v1alpha1_validation.go, ValidateNetworkDevices).</summary>
internal static class DeviceRules
{
    private static readonly (string Field, string[] Words)[] BondWords =
    [
        ("mode", ["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"]),
        ("xmitHashPolicy", ["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4"]),
        ("lacpRate", ["slow", "fast"]),
        ("arpValidate", ["none", "active", "backup", "all", "filter", "filter-active", "filter-backup"]),
        ("arpAllTargets", ["any", "all"]),
        ("primaryReselect", ["always", "better", "failure"]),
        ("failOverMac", ["none", "active", "follow"]),
        ("adSelect", ["stable", "bandwidth", "count"]),
    ];

    public static void Network(Cursor network, RuleContext context)
    {
        var ports = Ports(network["interfaces"]);
        foreach (var device in network["interfaces"].Items)
        {
            Shared(device["vip"], context);
            foreach (var vlan in device["vlans"].Items)
                Shared(vlan["vip"], context);
            if (!device.Exists)
                device.Refuse("is empty");
            else if (!device["ignore"].IsTrue)
                Device(device, ports);
        }

        var span = network["kubespan"];
        if (!span["enabled"].IsTrue)
            return;
        span["mtu"].Refuse(!span["mtu"].IsZero && span["mtu"].Number < 1280, "must be at least 1280");
        Check.Subnets(span["filters"]["endpoints"]);
        foreach (var subnet in span["filters"]["excludeAdvertisedNetworks"].Items)
            subnet.Refuse(!Check.IsPrefix(subnet.Text), "is not a subnet");
    }

    private static Dictionary<string, string> Ports(Cursor devices)
    {
        var owners = new Dictionary<string, string>();
        foreach (var device in devices.Items)
        {
            var (bond, bridge) = (device["bond"], device["bridge"]);
            device.Refuse(bond.Exists && bridge.Exists, "takes bond or bridge, not both");
            bond.Refuse(bond["interfaces"].Count > 0 && bond["deviceSelectors"].Count > 0, "takes interfaces or deviceSelectors, not both");
            foreach (var port in (bridge.Exists ? bridge : bond)["interfaces"].Items)
            {
                var owner = device["interface"].Text;
                port.Refuse(owners.TryGetValue(port.Text, out var other) && other != owner,
                    $"{port.Text} belongs to {owners.GetValueOrDefault(port.Text)} as well");
                owners[port.Text] = owner;
            }
        }

        return owners;
    }

    private static void Shared(Cursor vip, RuleContext context) =>
        vip.Refuse(vip.Exists && context.Type == MachineType.Worker, "is allowed only on control plane machines");

    private static void Device(Cursor device, Dictionary<string, string> ports)
    {
        var (name, selector) = (device["interface"], device["deviceSelector"]);
        device.Refuse(name.IsZero && !selector.Exists, "needs interface or deviceSelector");
        device.Refuse(!name.IsZero && selector.Exists, "takes interface or deviceSelector, not both");
        selector.Refuse(selector.Exists && selector.IsZero, "is empty");
        if (device["bond"].Exists)
            Bond(device["bond"]);
        if (device["wireguard"].Exists)
            Wireguard(device["wireguard"]);
        var (cidr, addresses, vip) = (device["cidr"], device["addresses"], device["vip"]);
        device.Refuse(ports.ContainsKey(name.Text) && (device["dhcp"].IsTrue || !cidr.IsZero || addresses.Count > 0 || vip.Exists),
            "is a port of a bond or bridge, so it cannot have addresses");
        Addresses(device);
        cidr.Warn(!cidr.IsZero, "is deprecated; use addresses");
        vip["ip"].Refuse(vip.Exists && !Check.IsAddress(vip["ip"].Text), "is not an IP address");
        foreach (var vlan in device["vlans"].Items)
            Addresses(vlan);
        foreach (var route in device["routes"].Items)
            Route(route);
    }

    private static void Addresses(Cursor device)
    {
        var (cidr, addresses) = (device["cidr"], device["addresses"]);
        cidr.Refuse(!cidr.IsZero && addresses.Count > 0, "cannot be combined with addresses");
        cidr.Refuse(!cidr.IsZero && !Check.IsSubnetOrAddress(cidr.Text), "is neither an address nor an address with a prefix length");
        foreach (var address in addresses.Items)
            address.Refuse(!Check.IsSubnetOrAddress(address.Text),
                $"\"{address.Text}\" is neither an address nor an address with a prefix length");
    }

    private static void Route(Cursor route)
    {
        var (network, gateway, source) = (route["network"], route["gateway"], route["source"]);
        network.Refuse(!network.IsZero && !Check.IsPrefix(network.Text), "is not a subnet such as 10.0.0.0/8");
        gateway.Refuse(!gateway.IsZero && !Check.IsAddress(gateway.Text), "is not an IP address");
        source.Refuse(!source.IsZero && !Check.IsAddress(source.Text), "is not an IP address");
        route.Refuse(network.IsZero && gateway.IsZero, "needs network or gateway");
    }

    private static void Bond(Cursor bond)
    {
        foreach (var (field, words) in BondWords)
            bond[field].Refuse(!bond[field].IsZero && Array.IndexOf(words, bond[field].Text) < 0,
                $"must be one of {string.Join(", ", words)}");
        var mode = bond["mode"].IsZero ? "balance-rr" : bond["mode"].Text;
        var monitor = bond["miimon"].Number;
        foreach (var delay in new[] { bond["updelay"], bond["downdelay"] })
            delay.Refuse(monitor == 0 ? delay.Number != 0 : delay.Number % monitor != 0, monitor == 0 ? "needs miimon"
                : "must be a multiple of miimon");
        foreach (var field in new[] { "arpIPTarget", "adActorSystem" })
            bond[field].Refuse(!bond[field].IsZero, "is not supported");
        var isLacp = mode == "802.3ad";
        var balances = mode is "balance-alb" or "balance-tlb";
        Only(bond["lacpRate"], isLacp, mode);
        Only(bond["adActorSysPrio"], isLacp, mode);
        Only(bond["adUserPortKey"], isLacp, mode);
        Only(bond["arpValidate"], !isLacp && !balances, mode);
        Only(bond["arpInterval"], !isLacp && !balances, mode);
        Only(bond["primary"], balances || mode == "active-backup", mode);
        Only(bond["tlbDynamicLb"], balances, mode);
        bond["packetsPerSlave"].Refuse(mode != "balance-rr" && bond["packetsPerSlave"].Number > 1, $"is not valid in mode {mode}");
    }

    private static void Only(Cursor field, bool fits, string mode) =>
        field.Refuse(!fits && !field.IsZero, $"is not valid in mode {mode}");

    private static void Wireguard(Cursor wireguard)
    {
        wireguard["privateKey"].Refuse(!Check.IsWireguardKey(wireguard["privateKey"].Text), "is not 32 bytes in base64");
        foreach (var peer in wireguard["peers"].Items)
        {
            peer["publicKey"].Refuse(!Check.IsWireguardKey(peer["publicKey"].Text), "is not 32 bytes in base64");
            var endpoint = peer["endpoint"];
            endpoint.Refuse(!endpoint.IsZero && !Check.IsHostAndPort(endpoint.Text), "must be host:port");
            foreach (var subnet in peer["allowedIPs"].Items)
                subnet.Refuse(!Check.IsPrefix(subnet.Text), $"\"{subnet.Text}\" is not a subnet such as 10.0.0.0/8");
        }
    }
}
