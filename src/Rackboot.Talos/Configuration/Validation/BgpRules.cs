using Rackboot.Talos.Configuration.Values;

namespace Rackboot.Talos.Configuration.Validation;

/// <summary>BGPInstanceConfig (pkg/machinery/config/types/network/bgp.go).</summary>
internal static class BgpRules
{
    public static void Instance(Cursor instance, RuleContext context)
    {
        Check.Name(instance);
        instance["localASN"].Require();
        instance["routerID"].Refuse(instance["routerID"].Text.Contains(':'), "must be an IPv4 address");
        instance["neighbors"].Warn(instance["neighbors"].Count == 0, "is empty");
        var seen = new HashSet<string>();
        foreach (var neighbor in instance["neighbors"].Items)
            Neighbor(neighbor, seen, instance["vrf"].Text);
        Imports(instance["importRoutes"], instance["name"].Text);
    }

    private static void Neighbor(Cursor neighbor, HashSet<string> seen, string vrf)
    {
        var (address, link) = (neighbor["address"], neighbor["link"]);
        neighbor.Refuse(address.IsZero == link.IsZero, "needs either address or link");
        if (address.IsZero != link.IsZero)
            neighbor.Refuse(!seen.Add(address.Text + link.Text), $"{address.Text}{link.Text} appears twice");
        neighbor["holdTime"].Refuse(neighbor["holdTime"].Number < 0, "cannot be negative");
        var bfd = neighbor["bfd"];
        if (!bfd.Exists)
            return;
        bfd.Refuse(vrf.Length > 0, "is not supported in a VRF");
        bfd["transmitInterval"].Refuse(bfd["transmitInterval"].Number < 0, "cannot be negative");
        bfd["receiveInterval"].Refuse(bfd["receiveInterval"].Number < 0, "cannot be negative");
    }

    private static void Imports(Cursor imports, string self)
    {
        var sources = new HashSet<string>();
        var known = new List<string>();
        foreach (var import in imports.Items)
        {
            var source = import["bgpInstance"];
            if (source.Require())
            {
                source.Refuse(source.Text == self, "cannot be the instance itself");
                source.Refuse(!sources.Add(source.Text), $"{source.Text} appears twice");
            }

            import["prefixes"].Require("needs at least one");
            foreach (var prefix in import["prefixes"].Items)
            {
                if (!ConfigAddress.TryParsePrefix(prefix.Text, out var address, out var length) || !ConfigAddress.IsMasked(address, length))
                {
                    prefix.Refuse($"{prefix.Text} is not a subnet, or has bits set after the prefix");
                    continue;
                }

                if (known.Find(other => Overlap(other, prefix.Text)) is { } overlapping)
                    prefix.Refuse($"{prefix.Text} overlaps {overlapping}");
                known.Add(prefix.Text);
            }
        }
    }

    private static bool Overlap(string one, string other)
    {
        if (!ConfigAddress.TryParsePrefix(one, out var a, out var aLength)
            || !ConfigAddress.TryParsePrefix(other, out var b, out var bLength)
            || a.AddressFamily != b.AddressFamily)
            return false;
        var (x, y) = (a.GetAddressBytes(), b.GetAddressBytes());
        for (var bit = 0; bit < Math.Min(aLength, bLength); bit++)
        {
            if (((x[bit / 8] ^ y[bit / 8]) >> (7 - (bit % 8)) & 1) != 0)
                return false;
        }

        return true;
    }
}
