using Rackboot.Talos.Configuration.Cel;
using Rackboot.Talos.Configuration.Values;

namespace Rackboot.Talos.Configuration.Validation;

/// <summary>Links: LinkConfig and the logical links (pkg/machinery/config/types/network).</summary>
internal static class LinkRules
{
    public static void Common(Cursor link)
    {
        foreach (var address in link["addresses"].Items.Select(a => a["address"]))
            address.Refuse(address.IsZero || IsUnspecified(address), "needs an address with a prefix length, such as 10.0.0.2/24");
        foreach (var route in link["routes"].Items)
        {
            route["destination"].Refuse(IsUnspecified(route["destination"]),
                "cannot be the unspecified address; omit it for the default route");
            route["gateway"].Refuse(IsUnspecified(route["gateway"]), "cannot be the unspecified address");
            route["source"].Refuse(IsUnspecified(route["source"]), "cannot be the unspecified address");
        }
    }

    public static void Named(Cursor link, RuleContext context)
    {
        Check.Name(link);
        Common(link);
    }

    public static void Bond(Cursor bond, RuleContext context)
    {
        Named(bond, context);
        bond["links"].Require("needs at least one link");
        var mode = bond["bondMode"];
        mode.Refuse(!mode.Exists, "is required");
        foreach (var field in mode.Text == "802.3ad" ? new[] { "miimon", "updelay", "downdelay" } : [])
            bond[field].Warn(!bond[field].Exists, "is not set, but an 802.3ad bond should have it");
        var primary = bond["primary"];
        if (!primary.Exists)
            return;
        primary.Refuse(primary.IsZero, "cannot be empty");
        primary.Refuse(!primary.IsZero && !bond["links"].Texts.Contains(primary.Text), "is not one of the links");
        primary.Refuse(mode.Exists && mode.Text is not ("active-backup" or "balance-tlb" or "balance-alb"),
            $"is not valid in mode {mode.Text}");
        primary.Warn(true, Check.NewerThanReleases);
    }

    public static void Vlan(Cursor vlan, RuleContext context)
    {
        Named(vlan, context);
        vlan["vlanID"].Refuse(vlan["vlanID"].Number is < 1 or > 4094, "must be from 1 to 4094");
        vlan["parent"].Require("is required: the link that carries the VLAN");
    }

    public static void Vrf(Cursor vrf, RuleContext context)
    {
        Named(vrf, context);
        vrf["table"].Refuse(vrf["table"].Text is "" or "unspec" or "local" or "main" or "default",
            "needs a routing table of its own, 1 to 252");
    }

    public static void Veth(Cursor veth, RuleContext context)
    {
        VethName(veth["name"]);
        VethName(veth["peer"]["name"]);
        veth["peer"]["name"].Refuse(!veth["name"].IsZero && veth["name"].Text == veth["peer"]["name"].Text,
            "must differ from the peer's name");
        Common(veth);
        Common(veth["peer"]);
    }

    public static void Wireguard(Cursor link, RuleContext context)
    {
        Named(link, context);
        var key = link["privateKey"];
        if (key.Require())
            key.Refuse(!Check.IsWireguardKey(key.Text), "is not 32 bytes in base64");
        link["listenPort"].Refuse(link["listenPort"].Number is < 0 or > 65535, "must be from 0 to 65535");
        foreach (var peer in link["peers"].Items)
        {
            if (peer["publicKey"].Require())
                peer["publicKey"].Refuse(!Check.IsWireguardKey(peer["publicKey"].Text), "is not 32 bytes in base64");
            peer["presharedKey"].Refuse(!peer["presharedKey"].IsZero && !Check.IsWireguardKey(peer["presharedKey"].Text),
                "is not 32 bytes in base64");
            peer["persistentKeepaliveInterval"].Refuse(peer["persistentKeepaliveInterval"].Number < 0, "cannot be negative");
        }
    }

    public static void Alias(Cursor alias, RuleContext context)
    {
        Check.Name(alias);
        var name = alias["name"].Text;
        var verb = name.IndexOf('%', StringComparison.Ordinal);
        alias["name"].Refuse(verb == 0 || (verb > 0 && name[verb..] != "%d"), "must end in %d to name several links, as in net%d");
        CelRules.Require(alias["selector"]["match"], CelEnvironment.Link);
    }

    private static void VethName(Cursor name)
    {
        if (!name.Require())
            return;
        name.Refuse(System.Text.Encoding.UTF8.GetByteCount(name.Text) > 15, "can have at most 15 bytes");
        name.Refuse(name.Text is "." or ".." || name.Text.Any(c => c is '/' or ':' || char.IsControl(c) || char.IsWhiteSpace(c)),
            "is not a valid link name");
    }

    private static bool IsUnspecified(Cursor address)
    {
        var text = address.Text.Split('/')[0];
        return text.Length > 0 && ConfigAddress.TryParse(text, out var parsed)
            && (parsed.Equals(System.Net.IPAddress.Any) || parsed.Equals(System.Net.IPAddress.IPv6Any));
    }
}
