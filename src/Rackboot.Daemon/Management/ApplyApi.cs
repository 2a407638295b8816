using System.ComponentModel;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Rackboot.Contracts;
using Rackboot.Core;
using Rackboot.Core.Boot;
using Rackboot.Core.Credentials;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Profiles;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Audit;
using Rackboot.Daemon.Authorization;
using Rackboot.Daemon.Machines;
using CoreMachine = Rackboot.Core.Machines.Machine;

namespace Rackboot.Daemon.Management;

/// <summary>Several documents in one request: each is validated against the result of all, and all are stored or none.</summary>
internal sealed class ApplyApi(
    Inventory inventory, ServedNetworks networks, BootDesk desk, Func<CoreMachine, Contracts.Machine> write)
{
    private const long MostBytes = 512L * 1024 * 1024;

    internal void Map(IEndpointRouteBuilder api) =>
        api.MapPost(ApiPaths.Apply, (Delegate)ApplyAsync)
            .Needs(AccessRole.Operator, more: "Credentials need the role admin")
            .WithSummary("Create or replace machines, profiles and credentials, all or none").WithTags("apply")
            .Accepts<ApplyOrder>("application/json").Produces<ItemList<ApplyResult>>().Produces<Problem>(409).Produces<Problem>(422);

    private async Task<IResult> ApplyAsync(HttpContext http, [Description("Check everything, change nothing.")] bool dryRun = false)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MostBytes;
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<ApplyOrder>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        var batch = new Batch(inventory, networks, Caller.Of(http), errors);
        for (var i = 0; i < order.Items.Count; i++)
            batch.Read(i, order.Items[i]);
        AuditNote.Of(http).Add(batch.MachineNames);
        if (batch.HasCredentials && Identity.Of(http).Rights.Role < AccessRole.Admin)
            return Answers.Forbidden("credentials need the role admin; apply the other documents without them");
        // Errors in some documents hide no errors in others: one answer reports all.
        var described = await inventory.ApplyAsync(batch.Description, dryRun || errors.Count > 0);
        var refusals = batch.Refusals(described).ToList();
        var warnings = batch.Warnings(new BootWarnings(desk.Knowledge)).ToList();
        return errors.Count + refusals.Count == 0
            ? Results.Json(new ItemList<ApplyResult>(batch.Results(described, warnings, dryRun ? write : null)), Document.Json)
            : Refused(errors, refusals, [.. warnings.Select(w => Batch.At(w.Index, w.Warning))]);
    }

    private static IResult Refused(
        List<ProblemError> mistakes, List<(RefusalKind Kind, ProblemError Error)> refusals, List<ProblemError> warnings)
    {
        List<ProblemError> errors = [.. mistakes, .. refusals.Select(r => r.Error)];
        return mistakes.Count == 0 && refusals.TrueForAll(r => r.Kind == RefusalKind.Conflict)
            ? Answers.Problem(StatusCodes.Status409Conflict, "Conflict",
                "nothing was changed; " + string.Join("; ", errors.Select(e => e.Message)), errors, warnings)
            : Answers.Invalid(errors, warnings);
    }

    /// <summary>The documents of one request, and the place of each.</summary>
    private sealed class Batch(Inventory inventory, ServedNetworks networks, string by, List<ProblemError> errors)
    {
        private readonly HashSet<(string Kind, string Name)> _named = [];
        private readonly HashSet<int> _wrong = [];
        private readonly List<(int Index, ProfilePut Put)> _profiles = [];
        private readonly List<(int Index, CredentialPut Put)> _credentials = [];
        private readonly List<(int Index, MachinePut Put)> _machines = [];

        public Description Description =>
            new([.. _profiles.Select(p => p.Put)], [.. _credentials.Select(c => c.Put)], [.. _machines.Select(m => m.Put)], by);

        public IEnumerable<string> MachineNames => _machines.Select(m => m.Put.Name);

        public bool HasCredentials => _credentials.Count > 0;

        public void Read(int index, JsonElement item)
        {
            var found = new List<ProblemError>();
            var kind = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("kind", out var value)
                && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            switch (kind)
            {
                case "Machine" when Answers.Read<Contracts.Machine>(item, found) is { } document && Head(document, found):
                    var (spec, config) = MachineDocuments.Read(document, inventory.Fleet.Named(document.Name), networks, found);
                    _machines.Add((index, new MachinePut(document.Name, spec, config)));
                    break;
                case "Profile" when Answers.Read<Contracts.Profile>(item, found) is { } document && Head(document, found):
                    _profiles.Add((index, ProfileDocuments.Read(document, null, found)));
                    break;
                case "Credential" when Answers.Read<Contracts.Credential>(item, found) is { } document && Head(document, found):
                    CredentialApi.Check(document, found);
                    _credentials.Add((index, new CredentialPut(
                        document.Name, document.Username ?? "", document.Password is { } password ? new Secret(password) : null)));
                    break;
                case "Machine" or "Profile" or "Credential":
                    break;
                default:
                    found.Add(new("/kind", kind is null
                        ? "is missing; allowed: Machine, Profile, Credential"
                        : $"\"{kind}\" is not known; allowed: Machine, Profile, Credential"));
                    break;
            }

            errors.AddRange(found.Select(e => At(index, e)));
            if (found.Count > 0)
                _wrong.Add(index);
        }

        /// <summary>Warnings of valid documents: what will stop a boot.</summary>
        public IEnumerable<(int Index, ProblemError Warning)> Warnings(BootWarnings judge)
        {
            var coming = _profiles.DistinctBy(p => p.Put.Profile.Name).ToDictionary(p => p.Put.Profile.Name, p => p.Put.Profile);
            foreach (var (index, put) in _profiles.Where(p => !_wrong.Contains(p.Index)))
                foreach (var warning in judge.Of(put.Profile))
                    yield return (index, warning);
            foreach (var (index, put) in _machines.Where(m => !_wrong.Contains(m.Index)))
            {
                var profile = put.Spec.Profile is { } name ? coming.GetValueOrDefault(name) ?? inventory.Profiles.GetValueOrDefault(name)
                    : null;
                var isNew = profile is not null && coming.ContainsKey(profile.Name);
                foreach (var warning in judge.Of(put.Spec, profile, isNew, put.Config, inventory.Fleet.Named(put.Name)))
                    yield return (index, warning);
            }
        }

        public IEnumerable<(RefusalKind Kind, ProblemError Error)> Refusals(Described described) =>
            Each(described).Where(d => d.Refusal is not null && !_wrong.Contains(d.Index))
                .Select(d => (d.Refusal!.Kind, At(d.Index, new ProblemError(d.Refusal.Path, d.Refusal.Message))));

        /// <param name="write">Set if the answer also contains the documents that would be stored.</param>
        public IReadOnlyList<ApplyResult> Results(
            Described described, IReadOnlyList<(int Index, ProblemError Warning)> warnings, Func<CoreMachine, Contracts.Machine>? write)
        {
            var of = warnings.ToLookup(w => w.Index, w => w.Warning);
            return [.. Each(described).Select(d => new ApplyResult(d.Kind, d.Name, d.Outcome, d.Hints,
                of.Contains(d.Index) ? [.. of[d.Index]] : null,
                write is null || d.Outcome == ApplyOutcome.Unchanged ? null
                    : JsonSerializer.SerializeToElement(Stored(d.Document, write), Document.Json)))];
        }

        private static object? Stored(object? document, Func<CoreMachine, Contracts.Machine> write) => document switch
        {
            CoreMachine machine => write(machine) with { Status = null },
            Core.Profiles.Profile profile => ProfileDocuments.Write(profile),
            Core.Credentials.Credential credential => new Contracts.Credential { Name = credential.Name, Username = credential.Username },
            _ => null,
        };

        private bool Head(IDocument document, List<ProblemError> found)
        {
            DocumentChecks.Head(document, document.Kind, document.Name, found);
            if (_named.Add((document.Kind, document.Name)))
                return true;
            found.Add(new("/name", $"{document.Kind} {document.Name} appears a second time"));
            return false;
        }

        private IEnumerable<(int Index, string Kind, string Name, Refusal? Refusal, ApplyOutcome Outcome, IReadOnlyList<string>? Hints,
            object? Document)> Each(Described described) =>
            _profiles.Zip(described.Profiles, (p, a) =>
                (p.Index, "Profile", p.Put.Profile.Name, a.Refusal, Outcome(a), (IReadOnlyList<string>?)null, (object?)a.Document))
                .Concat(_credentials.Zip(described.Credentials, (c, a) =>
                    (c.Index, "Credential", c.Put.Name, a.Refusal, Outcome(a), (IReadOnlyList<string>?)null, (object?)a.Document)))
                .Concat(_machines.Zip(described.Machines, (m, a) =>
                    (m.Index, "Machine", m.Put.Name, a.Refusal, Outcome(a), (IReadOnlyList<string>?)(a.Changed ? Hints(a.Document!) : null),
                        (object?)a.Document)))
                .OrderBy(d => d.Index);

        private List<string>? Hints(Core.Machines.Machine machine)
        {
            var hints = new List<string>();
            if (machine.Spec is not { Config: not null } spec)
                return null;
            if (inventory.Provisioning.Of(machine.Id) is { IsArmed: false, Provisioned: not null })
                hints.Add("it was provisioned before; a changed document does not provision it again. To do so: rackboot "
                    + $"provision {machine.Name}");
            if (spec.Macs.Count == 0 && spec.Accepted.Count == 0)
                hints.Add($"it has no macs; its first card is pending until you accept it (rackboot accept {machine.Name} --card MAC) "
                    + "or its BMC lists it");
            return hints.Count == 0 ? null : hints;
        }

        private static ApplyOutcome Outcome<T>(Core.Applied<T> applied)
            where T : class => applied.Created ? ApplyOutcome.Created : applied.Changed ? ApplyOutcome.Configured : ApplyOutcome.Unchanged;

        public static ProblemError At(int index, ProblemError error) => new($"/items/{index}{error.Path}", error.Message);
    }
}
