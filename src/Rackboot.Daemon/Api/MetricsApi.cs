using Rackboot.Contracts;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using static Rackboot.Daemon.Api.BmcDocuments;

namespace Rackboot.Daemon.Api;

/// <summary>The appliance in numbers, for Prometheus: what was answered, where boots stand, power, and how the machines feel. Labels are few; a sensor is
/// counted and not named, since a rack has a hundred thousand of them.</summary>
public sealed class MetricsApi(Inventory inventory, BootLog boots, PowerDesk power, SensorWatch sensors, Func<IReadOnlyList<Dhcp.Lease>> leases, Func<ServerStatus> status, TimeProvider time)
{
    internal void Map(WebApplication app) =>
        app.MapGet(ApiPaths.Metrics, () => Results.Text(Write(), MetricsText.ContentType)).WithSummary("The appliance in numbers, in the text format of Prometheus").WithTags("status");

    private string Write()
    {
        var text = new MetricsText();
        Daemon(text, status());
        Rack(text);
        Power(text, [.. power.Machines]);
        return text.ToString();
    }

    private static void Daemon(MetricsText text, ServerStatus status)
    {
        text.Metric("rackboot_info", "gauge", "The daemon's version.");
        text.Sample("rackboot_info", 1, ("version", status.Version));
        text.Metric("rackboot_start_time_seconds", "gauge", "When the daemon started, in seconds since 1970.");
        text.Sample("rackboot_start_time_seconds", status.Started.ToUnixTimeSeconds());

        // dhcp.ack becomes rackboot_dhcp_events_total{event="ack"}.
        foreach (var plane in status.Counters.GroupBy(c => c.Key.Split('.', 2)[0]))
        {
            var name = $"rackboot_{plane.Key}_events_total";
            text.Metric(name, "counter", $"What happened on the boot plane, {plane.Key}.");
            foreach (var (key, count) in plane)
                text.Sample(name, count, ("event", key[(plane.Key.Length + 1)..]));
        }
    }

    private void Rack(MetricsText text)
    {
        var machines = inventory.Fleet.Machines.ToList();
        text.Metric("rackboot_machines", "gauge", "Machines, described by the operator or only seen.");
        text.Sample("rackboot_machines", machines.Count(m => m.Accepted), ("state", "accepted"));
        text.Sample("rackboot_machines", machines.Count(m => !m.Accepted), ("state", "discovered"));

        text.Metric("rackboot_machine_armed_since_seconds", "gauge", "Machines whose configuration is released to them: since when, in seconds since 1970, and who asked.");
        foreach (var machine in machines.OrderBy(m => m.Name, StringComparer.Ordinal))
            if (inventory.Provisioning.Of(machine.Id).Arm is { Delivered: null } arm)
                text.Sample("rackboot_machine_armed_since_seconds", arm.Since.ToUnixTimeSeconds(), ("machine", machine.Name), ("by", arm.By));
        text.Metric("rackboot_pending_cards", "gauge", "Network cards that wait to be accepted.");
        text.Sample("rackboot_pending_cards", machines.Sum(m => inventory.Pending.Of(m.Id).Count));

        text.Metric("rackboot_boots", "gauge", "Machines by how their last boot stands.");
        var outcomes = machines.Select(m => boots.Current(m.Id)).OfType<BootRecord>().CountBy(b => b.Outcome).ToDictionary();
        foreach (var outcome in Enum.GetValues<Core.Boot.BootOutcome>())
            text.Sample("rackboot_boots", outcomes.GetValueOrDefault(outcome), ("outcome", Word(outcome)));

        text.Metric("rackboot_leases", "gauge", "Leases that are in force, by subnet.");
        var now = time.GetUtcNow();
        foreach (var (subnet, count) in leases().Where(l => l.State == Dhcp.LeaseState.Bound && l.Expires > now).CountBy(l => l.Subnet))
            text.Sample("rackboot_leases", count, ("subnet", subnet));
    }

    private void Power(MetricsText text, List<Core.Machines.Machine> machines)
    {
        var now = time.GetUtcNow();
        var readings = machines.Select(m => (m.Name, Reading: power.Known(m)!)).ToList();
        text.Metric("rackboot_machine_power_on", "gauge", "1: the machine is on, 0: off; none where that was never read.");
        foreach (var (name, reading) in readings.Where(r => r.Reading.State != Core.Power.PowerState.Unknown))
            text.Sample("rackboot_machine_power_on", reading.State == Core.Power.PowerState.On ? 1 : 0, ("machine", name));
        text.Metric("rackboot_machine_power_age_seconds", "gauge", "How long ago the machine's power state was read.");
        foreach (var (name, reading) in readings)
            if (reading.Read is { } read)
                text.Sample("rackboot_machine_power_age_seconds", Math.Round((now - read).TotalSeconds, 1), ("machine", name));
        text.Metric("rackboot_bmc_up", "gauge", "1: the last call to the machine's BMC succeeded, 0: it failed or nothing is tried any more.");
        foreach (var (machine, (name, reading)) in machines.Zip(readings))
            if (reading.Read is not null || reading.Problem is not null)
                text.Sample("rackboot_bmc_up", reading.Problem is null && !power.IsStopped(machine) ? 1 : 0, ("machine", name));
        text.Metric("rackboot_machine_sensors", "gauge", "The machine's sensors by their health.");
        foreach (var machine in machines)
            if (sensors.Of(machine.Id) is { Count: > 0 } read)
                foreach (var health in Enum.GetValues<Core.Power.BmcSeverity>())
                    text.Sample("rackboot_machine_sensors", read.Count(s => s.Health == health), ("machine", machine.Name), ("health", Word(health)));
    }
}
