using Rackboot.Core.Machines;

namespace Rackboot.Daemon.Audit;

/// <summary>What an endpoint knows of its request and the audit is to hold: endpoints that change many machines name them here.</summary>
internal sealed class AuditNote
{
    private const int MostMachines = 100;

    private readonly List<string> _machines = [];

    /// <summary>More about what was asked. Never a secret.</summary>
    public string? Detail { get; set; }

    public IReadOnlyList<string> Machines => _machines;

    /// <summary>The note of this request.</summary>
    public static AuditNote Of(HttpContext http)
    {
        if (http.Features.Get<AuditNote>() is { } note)
            return note;
        http.Features.Set(note = new AuditNote());
        return note;
    }

    public void Add(IEnumerable<string> machines) => _machines.AddRange(machines.Take(MostMachines - _machines.Count));

    public void Add(IEnumerable<Machine> machines) => Add(machines.Select(m => m.Name));
}
