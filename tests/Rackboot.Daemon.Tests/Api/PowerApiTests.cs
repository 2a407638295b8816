using System.Net;
using Rackboot.Contracts;
using Rackboot.Core.Power;
using PowerAction = Rackboot.Contracts.PowerAction;
using PowerProgress = Rackboot.Contracts.PowerProgress;
using PowerState = Rackboot.Contracts.PowerState;
using PowerStep = Rackboot.Contracts.PowerStep;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>Power and credentials over the API.</summary>
public sealed class PowerApiTests
{
    [Fact]
    public async Task A_password_goes_in_and_never_comes_out()
    {
        await using var api = await StartAsync();
        var stored = await api.Client.GetCredentialAsync("bmc");
        Assert.Equal(("admin", null, "\"1"), (stored.Value.Username, stored.Value.Password, stored.ETag!.Split('.')[0]));
        Assert.Equal(["a", "b"], stored.Value.Status!.UsedBy);
        var exported = await api.Client.PutCredentialAsync(stored.Value, stored.ETag);
        Assert.Equal((false, "\"1\""), (exported.Created, exported.ETag));
        foreach (var json in new[] { """{"name":"x","username":"y","password":["hunter2"]}""",
            """{"name":"x","username":"y","password":"hunter2\q"}""", """{"name":"x","username":"","password":"hunter2"}""" })
            Assert.DoesNotContain(
                "hunter2", (await api.RefusalAsync(ApiPaths.Credentials, "x", json)).ToString(), StringComparison.Ordinal);
        Assert.Equal(
            HttpStatusCode.Conflict, (await Assert.ThrowsAsync<ApiException>(() => api.Client.DeleteCredentialAsync("bmc"))).Status);
    }

    [Fact]
    public async Task One_machine_is_switched_and_its_state_and_age_are_part_of_it()
    {
        await using var api = await StartAsync();
        Assert.Equal(PowerState.Unknown, (await api.Client.GetMachineAsync("a")).Value.Status!.Power!.State);
        var operation =
            await api.Client.PowerAsync("a", new Contracts.PowerRequest { Action = PowerAction.On, Boot = Contracts.BootTarget.Network });
        Assert.Equal(Environment.UserName, operation.By);
        var steps = await ToListAsync(api.Client.FollowAsync(operation.Id));
        Assert.Equal((PowerStep.Done, PowerState.On), (steps[^1].Step, steps[^1].Power));
        var done = await api.Client.GetOperationAsync(operation.Id);
        Assert.NotNull(done.Ended);
        Assert.Matches(@"^is on, after \d+\.\d s$", Assert.Single(done.Machines).Text);
        var power = (await api.Client.GetMachineAsync("a")).Value.Status!.Power!;
        Assert.Equal((PowerState.On, "ipmi", null, null), (power.State, power.Driver, power.Problem, power.Stopped));
        Assert.NotNull(power.Read);
        Assert.Equal(operation.Id, (await api.Client.GetOperationsAsync())[0].Id);
        Assert.Equal(PowerState.On, (await api.Client.GetPowerAsync("a")).State);
    }

    [Theory]
    [InlineData("rack=r1", "a,b,none")]
    [InlineData("rack=r1,role=worker", "b")]
    [InlineData("role", "b")]
    [InlineData(null, "a,b,none")]
    public async Task Many_machines_are_chosen_by_their_labels_or_all(string? selector, string names)
    {
        await using var api = await StartAsync();
        var operation = await api.Client.PowerAsync(
            new PowerOrder { Action = PowerAction.On, Selector = selector, All = selector is null ? true : null });
        await ToListAsync(api.Client.FollowAsync(operation.Id));
        var done = await api.Client.GetOperationAsync(operation.Id);
        Assert.Equal(names, string.Join(',', done.Machines.Select(m => m.Machine)));
        Assert.All(done.Machines, m => Assert.Equal(m.Machine == "none" ? PowerStep.Skipped : PowerStep.Done, m.Step));
    }

    [Fact]
    public async Task A_name_that_is_not_there_keeps_the_others_untouched()
    {
        await using var api = await StartAsync();
        var refused = await Assert.ThrowsAsync<ApiException>(
            () => api.Client.PowerAsync(new PowerOrder { Action = PowerAction.Off, Machines = ["a", "x", "y"] }));
        Assert.Equal(
            (HttpStatusCode.NotFound, "there is no machine x, y; no machine was changed"), (refused.Status, refused.Message));
        Assert.Empty(await api.Client.GetOperationsAsync());
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_with_its_reason()
    {
        await using var api = await StartAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await StatusAsync(new PowerOrder { Action = PowerAction.On }));
        Assert.Equal(HttpStatusCode.UnprocessableEntity,
            await StatusAsync(new PowerOrder { Action = PowerAction.On, All = true, Selector = "rack" }));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await StatusAsync(new PowerOrder { Action = PowerAction.On, Selector = " , " }));
        Assert.Equal(HttpStatusCode.UnprocessableEntity,
            await StatusAsync(new PowerOrder { Action = PowerAction.Off, Boot = Contracts.BootTarget.Disk, All = true }));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(new PowerOrder { Action = PowerAction.On, Selector = "rack=r9" }));
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<ApiException>(() => api.Client.GetOperationAsync("x"))).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await Assert.ThrowsAsync<ApiException>(() => api.Client.GetPowerAsync("none"))).Status);

        async Task<HttpStatusCode> StatusAsync(PowerOrder order) =>
            (await Assert.ThrowsAsync<ApiException>(() => api.Client.PowerAsync(order))).Status;
    }

    [Fact]
    public async Task A_bmc_that_fails_is_a_problem_that_names_it_and_two_refused_logins_show_on_the_machine()
    {
        await using var api = await StartAsync();
        api.Bmcs["a"] = new FakeBmc { Fails = new PowerException(PowerFailure.WrongCredential, "10.30.0.21 refuses the login of admin") };
        var refused = await Assert.ThrowsAsync<ApiException>(() => api.Client.GetPowerAsync("a"));
        Assert.Equal((HttpStatusCode.BadGateway, "10.30.0.21 refuses the login of admin"), (refused.Status, refused.Message));
        await Assert.ThrowsAsync<ApiException>(() => api.Client.GetPowerAsync("a"));
        Assert.Equal(HttpStatusCode.Conflict, (await Assert.ThrowsAsync<ApiException>(() => api.Client.GetPowerAsync("a"))).Status);
        var power = (await api.Client.GetMachineAsync("a")).Value.Status!.Power!;
        Assert.Equal((true, "10.30.0.21 refuses the login of admin"), (power.Stopped, power.Problem));
    }

    private static async Task<RunningApi> StartAsync()
    {
        var api = await RunningApi.StartAsync();
        await api.Client.PutCredentialAsync(new Contracts.Credential { Name = "bmc", Username = "admin", Password = "hunter2" });
        await PutAsync("a", new() { ["rack"] = "r1" }, "10.30.0.21");
        await PutAsync("b", new() { ["rack"] = "r1", ["role"] = "worker" }, "10.30.0.22");
        await PutAsync("none", new() { ["rack"] = "r1" }, null);
        return api;

        Task PutAsync(string name, Dictionary<string, string> labels, string? bmc) => api.Client.PutMachineAsync(new Machine
        {
            Name = name,
            Serial = $"S-{name}",
            Labels = labels,
            Bmc = bmc is null ? null : new MachineBmc { Driver = Contracts.BmcDriver.Ipmi, Address = bmc, Credential = "bmc" },
        });
    }

    private static async Task<List<PowerProgress>> ToListAsync(IAsyncEnumerable<PowerProgress> steps)
    {
        var list = new List<PowerProgress>();
        await foreach (var step in steps)
            list.Add(step);
        return list;
    }
}
