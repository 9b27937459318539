//! Dispatch, one table per rule.

use http::Request;
use http::request::Parts;

use super::{Found, Resource, RouteError, Routes, ServiceSettings};
use crate::native::http::cors::Cors;
use crate::native::http::path::Template;

fn resource(name: &str, path: &str, methods: &[&str]) -> Resource {
    Resource {
        name: name.to_owned(),
        template: Template::parse(path).expect("a template"),
        methods: methods.iter().map(|&method| method.to_owned()).collect(),
        consumes: Vec::new(),
        produces: Vec::new(),
        cors: Cors::default(),
        body_param: None,
        index: 0,
    }
}

fn service(base_path: &str, host: &str) -> ServiceSettings {
    ServiceSettings {
        name: "named".to_owned(),
        host: host.to_owned(),
        base_path: base_path.to_owned(),
        ..ServiceSettings::default()
    }
}

/// `(base path, host, resources as (name, path, methods))`.
type Services<'s> = &'s [(&'s str, &'s str, &'s [(&'s str, &'s str, &'s [&'s str])])];

fn routes(services: Services<'_>) -> Routes {
    let mut routes = Routes::default();
    for (key, (base, host, resources)) in (0..).zip(services) {
        routes.add_service(key, service(base, host)).expect("new");
        for (name, path, methods) in *resources {
            let added = routes.add_resource(key, resource(name, path, methods));
            added.expect("new");
        }
    }
    routes
}

fn head(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).expect("a request").into_parts().0
}

/// The resource's name, or status and text.
fn found(routes: &Routes, method: &str, uri: &str, headers: &[(&str, &str)]) -> String {
    match routes.find(&head(method, uri, headers)) {
        Found::Resource(found) => found.resource.name.clone(),
        Found::Answer(answer) => format!("{} {}", answer.status, answer.text),
    }
}

#[test]
fn paths_and_methods() {
    let routes = routes(&[
        (
            "/hello",
            "",
            &[
                ("root", "/", &["GET"]),
                ("literal", "/a/b", &["GET"]),
                ("param", "/a/{x}", &["GET", "POST"]),
                ("any", "/rest/*", &[]),
            ],
        ),
        ("/hello/deep", "", &[("deep", "/", &["GET"])]),
        ("", "", &[("unnamed", "/x", &["GET"])]),
    ]);
    for (method, uri, expected) in [
        ("GET", "/hello", "root"),
        ("GET", "/hello/", "root"),
        ("GET", "/hello?x=/y", "root"),
        ("GET", "/hello;v=1", "root"),
        ("GET", "/hello/a/b", "literal"),
        ("GET", "/hello/a/c", "param"),
        ("POST", "/hello/a/b", "405 Method not allowed"),
        ("PUT", "/hello", "405 Method not allowed"),
        ("ODD", "/hello/rest/1/2", "any"),
        ("GET", "/hello/deep", "deep"),
        ("GET", "/named/x", "unnamed"),
        (
            "GET",
            "/HELLO",
            "404 no matching service found for path : /HELLO",
        ),
        (
            "GET",
            "/hellox",
            "404 no matching service found for path : /hellox",
        ),
        (
            "GET",
            "/hello/../hello",
            "404 no matching service found for path : /hello/../hello",
        ),
        (
            "GET",
            "/hello/nothing",
            "404 no matching resource found for path : /hello/nothing , method : GET",
        ),
        ("GET", "/hello/a/%ff", "400 malformed path"),
    ] {
        assert_eq!(found(&routes, method, uri, &[]), expected, "{method} {uri}");
    }
}

#[test]
fn parameters_and_rest_are_given() {
    let routes = routes(&[("/", "", &[("r", "/{a}/{b}.txt/*", &["GET"])])]);
    let Found::Resource(found) = routes.find(&head("GET", "/x%20y/z.txt/1/%32", &[])) else {
        panic!("a resource");
    };
    let expected = [("a", "x y"), ("b", "z")].map(|(n, v)| (n.to_owned(), v.to_owned()));
    assert_eq!(found.params, expected);
    assert_eq!(found.extra_path, "/1/%32");
}

#[test]
fn hosts_have_services_of_their_own() {
    let routes = routes(&[
        ("/a", "one.example", &[("one", "/", &["GET"])]),
        ("/a", "", &[("any", "/", &["GET"])]),
    ]);
    let of = |host| found(&routes, "GET", "/a", &[("host", host)]);
    assert_eq!(of("one.example:8080"), "one");
    assert_eq!(of("ONE.example"), "one");
    assert_eq!(of("two.example"), "any");
}

#[test]
fn options_without_a_resource_of_their_own() {
    let mut routes = routes(&[(
        "/s",
        "",
        &[
            ("get", "/x", &["GET"]),
            ("put", "/x", &["PUT"]),
            ("post", "/y", &["POST"]),
        ],
    )]);
    let allow = |routes: &Routes, uri: &str| match routes.find(&head("OPTIONS", uri, &[])) {
        Found::Answer(answer) => (answer.status, answer.headers.first().map(|h| h.1.clone())),
        Found::Resource(_) => panic!("an answer"),
    };
    assert_eq!(
        allow(&routes, "/s/x"),
        (200, Some("GET, PUT, OPTIONS".to_owned()))
    );
    assert_eq!(
        allow(&routes, "/s"),
        (200, Some("GET, POST, PUT, OPTIONS".to_owned()))
    );
    assert_eq!(allow(&routes, "/s/z").0, 404);
    routes.remove_service(0).expect("attached");
    assert_eq!(routes.remove_service(0), Err(RouteError::NotAttached));
    assert_eq!(allow(&routes, "/s/x").0, 404);
}

#[test]
fn media_types_are_negotiated() {
    let mut routes = routes(&[("/", "", &[])]);
    let mut strict = resource("strict", "/", &["POST"]);
    strict.consumes = vec!["application/json".to_owned()];
    strict.produces = vec!["text/plain".to_owned()];
    routes.add_resource(0, strict).expect("new");
    let json = ("content-type", "application/json; charset=utf-8");
    assert_eq!(found(&routes, "POST", "/", &[json]), "strict");
    assert_eq!(found(&routes, "POST", "/", &[]), "415 ");
    assert_eq!(
        found(&routes, "POST", "/", &[json, ("accept", "image/png")]),
        "406 "
    );
}

#[test]
fn addresses_are_unique() {
    let mut routes = routes(&[("/a/", "", &[("one", "/{x}", &["GET"])])]);
    let same = routes.add_service(7, service("a/*", "b7a.default"));
    let text = "Service registration failed: two services have the same basePath : '/a'";
    assert_eq!(same.expect_err("known").to_string(), text);
    routes
        .add_resource(0, resource("two", "/{y}", &["POST"]))
        .expect("other method");
    let same = routes.add_resource(0, resource("three", "/{z}/", &[]));
    let text = "Two resources have the same addressable URI, one and three";
    assert_eq!(same.expect_err("known").to_string(), text);
}
