using System.ComponentModel;
using Rackboot.Contracts;
using Rackboot.Core;
using Rackboot.Core.Machines;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Audit;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Management;

/// <summary>Deletes several objects in one request; a failure does not stop the others.</summary>
internal sealed class DeleteApi(Inventory inventory)
{
    private const int MostItems = 20_000;

    internal void Map(IEndpointRouteBuilder api) =>
        api.MapPost(ApiPaths.Delete, (Delegate)PostAsync)
            .Needs(AccessRole.Operator, more: "Credentials need the role admin")
            .WithSummary("Delete machines, profiles and credentials in the given order; each check assumes that earlier items are deleted")
                .WithTags("apply")
            .Accepts<DeleteOrder>("application/json").Produces<ItemList<DeleteResult>>().Produces<Problem>(422);

    private async Task<IResult> PostAsync(HttpContext http, [Description("Check everything, change nothing.")] bool dryRun = false)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<DeleteOrder>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        if (order.Items.Count > MostItems)
            return Answers.Invalid([new ProblemError(
                "/items", $"there are {order.Items.Count:N0}; allowed: {MostItems:N0} in one request")]);
        for (var i = 0; i < order.Items.Count; i++)
            if (order.Items[i].Kind is not ("Machine" or "Profile" or "Credential"))
                errors.Add(new ProblemError(
                    $"/items/{i}/kind", $"\"{order.Items[i].Kind}\" is not known; allowed: Machine, Profile, Credential"));
        if (errors.Count > 0)
            return Answers.Invalid(errors);
        AuditNote.Of(http).Add(order.Items.Where(i => i.Kind == "Machine").Select(i => i.Name));
        if (order.Items.Any(i => i.Kind == "Credential") && Identity.Of(http).Rights.Role < AccessRole.Admin)
            return Answers.Forbidden("credentials need the role admin; delete the others without them");

        var (by, gone, results) = (Caller.Of(http), new HashSet<string>(), new List<DeleteResult>());
        while (results.Count < order.Items.Count)
        {
            var rest = order.Items.Skip(results.Count);
            if (rest.First() is { Kind: not "Machine" } item)
                results.Add(Result(item.Kind, item.Name, await DeleteAsync(item.Kind, item.Name, dryRun, by, gone)));
            else
                results.AddRange(await DeleteAsync([.. rest.TakeWhile(i => i.Kind == "Machine").Select(i => i.Name)], dryRun, by, gone));
        }

        return Results.Json(new ItemList<DeleteResult>(results), Document.Json);
    }

    // Machines that follow each other: one write deletes them all.
    private async Task<IReadOnlyList<DeleteResult>> DeleteAsync(IReadOnlyList<string> names, bool dryRun, string by, HashSet<string> gone)
    {
        var refusals = await inventory.DeleteMachinesAsync([.. names.Where(n => !gone.Contains(n)).Distinct()], dryRun, by);
        var results = new List<DeleteResult>();
        foreach (var name in names)
        {
            var refusal = gone.Contains(name) ? Refusal.NotFound($"machine {name} is named twice") : refusals[name];
            if (refusal is null)
                gone.Add(name);
            results.Add(Result("Machine", name, refusal));
        }

        return results;
    }

    // A dry run deletes no machine, so pass the ones to assume deleted.
    private Task<Refusal?> DeleteAsync(string kind, string name, bool dryRun, string by, HashSet<string> gone) => kind == "Profile"
        ? inventory.DeleteProfileAsync(name, null, dryRun, by, gone)
        : inventory.DeleteCredentialAsync(name, null, dryRun, by, gone);

    private static DeleteResult Result(string kind, string name, Refusal? refusal) => new(kind, name, Status(refusal), refusal?.Message);

    private static int Status(Refusal? refusal) => refusal?.Kind switch
    {
        null => StatusCodes.Status204NoContent,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status409Conflict,
    };
}
