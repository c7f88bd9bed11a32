using Microsoft.AspNetCore.Http;
using MigrationFunctions.Http;
using MigrationFunctions.Http.Access;

namespace Migrate.Tests.Access;

public sealed class PrincipalTests
{
    [Theory]
    [InlineData("")]
    [InlineData("%%%")]
    [InlineData("bm8ganNvbg==")]
    [InlineData("W10=")]
    [InlineData("bnVsbA==")]
    [InlineData("{}", true)]
    [InlineData("""{"claims":{}}""", true)]
    [InlineData("""{"claims":[1]}""", true)]
    [InlineData("""{"claims":[null]}""", true)]
    [InlineData("""{"claims":[{"typ":"roles"}]}""", true)]
    [InlineData("""{"claims":[{"typ":"roles","val":["Migration.Approver"]}]}""", true)]
    [InlineData("""{"claims":[],"claims":[{"typ":"roles","val":"Migration.Approver"}]}""", true)]
    [InlineData("""{"claims":[{"typ":"roles","val":"Migration.Approver"}]""", true)]
    public async Task A_principal_that_cannot_be_read_is_none(string header, bool encode = false)
    {
        var principal = encode ? Principals.Encoded(header) : header;
        Assert.Null(ClientPrincipal.Read(principal));
        await using var service = await Service.StartAsync(Service.EntraMode);
        var answer = await service.SendAsync("GET manifests", principal);
        Assert.Equal((401, "MIG6022"), (answer.Status, answer.Code));
        Assert.Equal(200, (await service.SendAsync("GET health/live", principal)).Status);
    }

    [Fact]
    public void Two_principals_in_one_request_are_none() =>
        Assert.Null(ClientPrincipal.Read(
            new([Principals.User("rea", "Migration.Reader"), Principals.User("ada", "Migration.Approver")])));

    [Fact]
    public void The_highest_of_several_roles_counts_wherever_App_Service_writes_them()
    {
        Assert.Equal(Role.Operator, Read(Principals.User("a", "Migration.Reader", "Migration.Operator", "Other")).Role);
        Assert.Equal(Role.Approver, Read(Principals.Of([("custom", "Migration.Approver")], roleType: "custom")).Role);
        Assert.Equal(
            Role.Reader,
            Read(Principals.Of([("http://schemas.microsoft.com/ws/2008/06/identity/claims/role", "Migration.Reader")])).Role);
        Assert.Equal(Role.None, Read(Principals.Of([("custom", "Migration.Approver")])).Role);
        Assert.Equal(Role.None, Read(Principals.Of([("", "Migration.Approver")], roleType: "x")).Role);
    }

    [Fact]
    public void Users_are_called_by_their_names_and_applications_by_their_ids()
    {
        Assert.Equal("ada@district.example (id-of-ada)", Read(Principals.User("ada")).Name);
        Assert.Equal("app 4711 (object-of-4711)", Read(Principals.Application("4711")).Name);
        Assert.Equal("app 4711", Read(Principals.Of([("appid", "4711")])).Name);
        Assert.Equal("unnamed principal (o)", Read(Principals.Of([(Principals.ObjectId, "o")])).Name);
        Assert.Equal("evilname", Read(Principals.Of([("name", "evil\r\nname")])).Name);
    }

    [Fact]
    public void The_audit_log_names_the_principal_where_one_is_needed_and_believes_a_header_only_where_App_Service_strips_it()
    {
        var request = new DefaultHttpContext().Request;
        request.Headers[Principals.Header] = Principals.User("ada", "Migration.Approver");
        request.Headers["X-MS-CLIENT-PRINCIPAL-NAME"] = "mallory";
        request.Headers["x-functions-key"] = "key";
        // printf key | sha256sum
        Assert.Equal("function key 2c70e12b", NameBy(Authentication.FunctionKey, isOn: false));
        Assert.Equal("mallory", NameBy(Authentication.FunctionKey, isOn: true));
        Assert.Equal("ada@district.example (id-of-ada)", NameBy(Authentication.Entra, isOn: true));
        request.Headers.Remove("X-MS-CLIENT-PRINCIPAL-NAME");
        Assert.Equal("function key 2c70e12b", NameBy(Authentication.FunctionKey, isOn: true));
        request.Headers.Remove("x-functions-key");
        Assert.Equal("function key", NameBy(Authentication.FunctionKey, isOn: false));

        string NameBy(Authentication authentication, bool isOn)
        {
            request.HttpContext.Features.Set(CallerIdentity.Identify(request, Settings(authentication, isOn)));
            return CallerIdentity.Of(request.HttpContext).Actor;
        }
    }

    [Fact]
    public void A_principal_of_another_provider_than_Entra_is_none() =>
        Assert.Null(ClientPrincipal.Read(Principals.Encoded(
            """{ "auth_typ": "google", "claims": [{ "typ": "roles", "val": "Migration.Approver" }] }""")));

    [Fact]
    public void A_long_name_does_not_push_the_object_id_out() =>
        Assert.Equal(
            new string('n', 200) + " (o)", Read(Principals.Of([("name", new string('n', 300)), (Principals.ObjectId, "o")])).Name);

    [Fact]
    public void Management_addresses_with_the_task_hubs_key_go_to_nobody_whose_roles_count()
    {
        var request = new DefaultHttpContext().Request;
        request.Headers[Principals.Header] = Principals.User("ada", "Migration.Operator");
        request.HttpContext.Features.Set(CallerIdentity.Identify(request, Settings(Authentication.Entra, isOn: true)));

        // Neither endpoints nor a client that do not exist could give an address.
        Assert.Null(AcceptedResponse.Management(request, null!, null!, "run"));
    }

    [Fact]
    public void A_request_that_came_past_the_identification_has_no_caller() =>
        Assert.Throws<InvalidOperationException>(() => CallerIdentity.Of(new DefaultHttpContext()));

    static AccessSettings Settings(Authentication authentication, bool isOn) => new(authentication, isOn, 600, 60, 1_048_576);

    static ClientPrincipal Read(string header) => ClientPrincipal.Read(header)!;
}
