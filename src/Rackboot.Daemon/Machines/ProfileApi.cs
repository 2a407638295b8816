using System.ComponentModel;
using Rackboot.Contracts;
using Rackboot.Core.Machines;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Machines;

/// <summary>Profiles.</summary>
internal sealed class ProfileApi(Inventory inventory)
{
    internal void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup(ApiPaths.Profiles).WithTags("profiles");
        group.MapGet("", ([AsParameters] Page page) => page.Of(inventory.Profiles.Values, p => p.Name, ProfileDocuments.Write))
            .Needs(AccessRole.Viewer, Reach.Shared)
            .WithSummary("List profiles by name").Produces<ItemList<Profile>>().Produces<Problem>(400);
        group.MapGet("{name}", (HttpContext http, string name) => inventory.Profiles.TryGetValue(name, out var profile)
                ? Answers.Versioned(http, ProfileDocuments.Write(profile), profile.Version)
                : Answers.NotFound($"there is no profile {name}"))
            .Needs(AccessRole.Viewer, Reach.Shared)
            .WithSummary("One profile").Produces<Profile>().Produces<Problem>(404);
        group.MapPut("{name}", (Delegate)PutAsync)
            .Needs(AccessRole.Operator)
            .WithSummary("Create or replace a profile")
            .Accepts<Profile>("application/json").Produces<Profile>().Produces<Profile>(201).Produces<Problem>(412).Produces<Problem>(422);
        group.MapDelete("{name}", async (
            HttpContext http, string name, [Description("Check only; change nothing.")] bool dryRun = false) =>
                await inventory.DeleteProfileAsync(name, Answers.Expected(http.Request), dryRun, Caller.Of(http)) is { } refusal
                    ? Answers.Refused(refusal) : Results.NoContent())
            .Needs(AccessRole.Operator)
            .WithSummary("Delete a profile that no machine uses").Produces(204).Produces<Problem>(404).Produces<Problem>(409);
    }

    private async Task<IResult> PutAsync(HttpContext http, string name, bool dryRun = false)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<Profile>(http.Request, errors) is not { } document)
            return Answers.Invalid(errors);
        DocumentChecks.Head(document, "Profile", name, errors);
        var put = ProfileDocuments.Read(document, Answers.Expected(http.Request), errors);
        if (errors.Count > 0)
            return Answers.Invalid(errors);
        var applied = await inventory.PutProfileAsync(put, dryRun, Caller.Of(http));
        return applied.Refusal is { } refusal
            ? Answers.Refused(refusal)
            : Answers.Versioned(http, ProfileDocuments.Write(applied.Document!), applied.Document!.Version, applied.Created);
    }
}
