//! The services of a listener and their resources: which one answers a request, or what is answered in
//! its place (spec/http.md section 2, "Dispatch order", steps 1–7).
//!
//! Input → output: [`Routes`] is filled when services are attached; [`Routes::find`] takes the head of a
//! request and gives the resource with its path parameters, or an [`Answer`]. No bodies, no language
//! values here.

use std::sync::Arc;

use http::header::HOST;
use http::request::Parts;
use http::{Method, Uri, Version};

use super::cors::{self, Added, Cors};
use super::negotiate;
use super::path::{RequestPath, Template, TemplateError};

/// The host of services that answer to every name.
const ANY_HOST: &str = "b7a.default";

/// The services of one listener.
#[derive(Clone, Default, Debug)]
pub struct Routes {
    services: Vec<ServiceRoute>,
}

#[derive(Clone, Debug)]
struct ServiceRoute {
    key: u64,
    /// `None`: every host.
    host: Option<String>,
    base: Vec<String>,
    cors: Cors,
    chunking: Chunking,
    resources: Vec<Arc<Resource>>,
}

/// What is said about a service where it is attached.
#[derive(Clone, Default, Debug)]
pub struct ServiceSettings {
    pub name: String,
    pub host: String,
    pub base_path: String,
    pub cors: Cors,
    pub chunking: Chunking,
}

/// Whether answers are sent in chunks.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Chunking {
    /// When their length is not known, or large.
    #[default]
    Auto,
    Always,
    Never,
}

/// A resource.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resource {
    pub name: String,
    pub template: Template,
    /// Empty: every method.
    pub methods: Vec<String>,
    pub consumes: Vec<String>,
    pub produces: Vec<String>,
    pub cors: Cors,
    /// The parameter that takes the body.
    pub body_param: Option<String>,
    /// Its number among the listener's routes.
    pub index: usize,
}

/// Why a service or resource cannot be attached.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RouteError {
    #[error("Service registration failed: two services have the same basePath : '{0}'")]
    SameBasePath(String),
    #[error("Two resources have the same addressable URI, {0} and {1}")]
    SameAddress(String, String),
    #[error("{0} in resource '{1}'")]
    Template(TemplateError, String),
    #[error("the service is not attached to this listener")]
    NotAttached,
}

/// What a request leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    Resource(Match),
    Answer(Answer),
}

/// A resource for a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Match {
    pub resource: Arc<Resource>,
    pub params: Vec<(String, String)>,
    pub extra_path: String,
    /// Headers that its answer gets.
    pub added: Added,
    pub chunking: Chunking,
}

/// An answer that needs no resource.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Answer {
    pub status: u16,
    pub text: String,
    pub headers: Added,
}

impl Match {
    /// Whether its answer goes in chunks: as asked for, and where the version has them.
    pub fn in_chunks(&self, version: Version) -> bool {
        self.chunking == Chunking::Always && version == Version::HTTP_11
    }
}

/// A short text in place of a resource's answer.
fn answer(status: u16, text: impl Into<String>) -> Found {
    let text = text.into();
    let headers = Vec::new();
    Found::Answer(Answer {
        status,
        text,
        headers,
    })
}

fn options(headers: Added) -> Found {
    Found::Answer(Answer {
        status: 200,
        text: String::new(),
        headers,
    })
}

impl Routes {
    pub fn add_service(&mut self, key: u64, settings: ServiceSettings) -> Result<(), RouteError> {
        let path = match settings.base_path.trim() {
            "" => settings.name.as_str(),
            path => path,
        };
        let base = base_segments(path);
        let host = Some(settings.host.trim().to_ascii_lowercase());
        let host = host.filter(|host| !host.is_empty() && host != ANY_HOST);
        let is_same = |known: &ServiceRoute| known.base == base && known.host == host;
        if self.services.iter().any(is_same) {
            return Err(RouteError::SameBasePath(format!("/{}", base.join("/"))));
        }
        self.services.push(ServiceRoute {
            key,
            host,
            base,
            cors: settings.cors,
            chunking: settings.chunking,
            resources: Vec::new(),
        });
        Ok(())
    }

    pub fn add_resource(&mut self, service: u64, resource: Resource) -> Result<(), RouteError> {
        let mut services = self.services.iter_mut();
        let service = services.find(|known| known.key == service);
        let service = service.ok_or(RouteError::NotAttached)?;
        let clashes = |known: &&Arc<Resource>| {
            known.template.is_same_address(&resource.template)
                && (known.methods.is_empty()
                    || resource.methods.is_empty()
                    || known
                        .methods
                        .iter()
                        .any(|method| resource.methods.contains(method)))
        };
        if let Some(known) = service.resources.iter().find(clashes) {
            return Err(RouteError::SameAddress(known.name.clone(), resource.name));
        }
        service.resources.push(Arc::new(resource));
        let by_template =
            |one: &Arc<Resource>, other: &Arc<Resource>| one.template.cmp_specific(&other.template);
        service.resources.sort_by(by_template);
        Ok(())
    }

    pub fn remove_service(&mut self, key: u64) -> Result<(), RouteError> {
        let before = self.services.len();
        self.services.retain(|service| service.key != key);
        match self.services.len() < before {
            true => Ok(()),
            false => Err(RouteError::NotAttached),
        }
    }

    /// The resource for a request, or what is answered in its place.
    pub fn find(&self, head: &Parts) -> Found {
        let raw_path = head.uri.path();
        let no_service = || {
            let text = format!("no matching service found for path : {raw_path}");
            answer(404, text)
        };
        let Some(path) = RequestPath::parse(raw_path) else {
            return no_service();
        };
        let Some(service) = self.service(&path, host(head).as_deref()) else {
            return no_service();
        };
        let below = &path.segments[service.base.len()..];
        service.find(head, below)
    }

    /// The service with the longest base path, among those of the host if there are any.
    fn service(&self, path: &RequestPath<'_>, host: Option<&str>) -> Option<&ServiceRoute> {
        let of_host = |wanted: Option<&str>| {
            let services = self.services.iter();
            let services = services.filter(move |service| service.host.as_deref() == wanted);
            services
                .filter(|service| service.is_base_of(path))
                .max_by_key(|service| service.base.len())
        };
        let knows = |host: &str| {
            self.services
                .iter()
                .any(|s| s.host.as_deref() == Some(host))
        };
        match host.filter(|host| knows(host)) {
            Some(host) => of_host(Some(host)),
            None => of_host(None),
        }
    }
}

impl ServiceRoute {
    fn is_base_of(&self, path: &RequestPath<'_>) -> bool {
        path.segments.len() >= self.base.len()
            && self
                .base
                .iter()
                .zip(&path.segments)
                .all(|(base, segment)| base == segment)
    }

    fn find(&self, head: &Parts, below: &[&str]) -> Found {
        // Sorted by how specific they are: those that match and are the most specific stand together.
        let mut matching = self
            .resources
            .iter()
            .filter(|known| known.template.matches(below));
        let first = matching.next();
        let same = |known: &&Arc<Resource>| {
            first.is_some_and(|first| first.template.is_same_address(&known.template))
        };
        let candidates: Vec<&Arc<Resource>> =
            first.into_iter().chain(matching.filter(same)).collect();
        let method = head.method.as_str();
        let found = candidates
            .iter()
            .find(|known| known.methods.iter().any(|known| known == method))
            .or_else(|| candidates.iter().find(|known| known.methods.is_empty()));
        let Some(resource) = found else {
            return self.without_resource(head, below, &candidates);
        };
        if !negotiate::is_consumed(&head.headers, &resource.consumes) {
            return answer(415, "");
        }
        if !negotiate::is_acceptable(&head.headers, &resource.produces) {
            return answer(406, "");
        }
        let Some(params) = resource.template.values(below) else {
            return answer(400, "malformed path");
        };
        Found::Resource(Match {
            resource: Arc::clone(resource),
            params,
            extra_path: resource.template.rest(below),
            added: self.cors_of(resource).simple(&head.headers),
            chunking: self.chunking,
        })
    }

    fn without_resource(
        &self,
        head: &Parts,
        below: &[&str],
        candidates: &[&Arc<Resource>],
    ) -> Found {
        if head.method == Method::OPTIONS {
            if let Some(added) = self.preflight(head, candidates) {
                return options(added);
            }
            let mut methods = methods(candidates.iter().copied());
            if methods.is_empty() && below.is_empty() {
                methods = self::methods(&self.resources);
            }
            if !methods.is_empty() {
                methods.push("OPTIONS".to_owned());
                return options(vec![("allow", methods.join(", "))]);
            }
        }
        if candidates.is_empty() {
            let (path, method) = (head.uri.path(), &head.method);
            let text = format!("no matching resource found for path : {path} , method : {method}");
            return answer(404, text);
        }
        Found::Answer(Answer {
            status: 405,
            text: "Method not allowed".to_owned(),
            headers: vec![("allow", methods(candidates.iter().copied()).join(", "))],
        })
    }

    fn preflight(&self, head: &Parts, candidates: &[&Arc<Resource>]) -> Option<Added> {
        if !cors::is_preflight(&head.headers) {
            return None;
        }
        let method = cors::requested_method(&head.headers)?;
        let resource = candidates
            .iter()
            .find(|known| known.methods.is_empty() || known.methods.iter().any(|m| m == method))?;
        self.cors_of(resource)
            .preflight(&head.headers, &resource.methods)
    }

    fn cors_of<'s>(&'s self, resource: &'s Resource) -> &'s Cors {
        match resource.cors.is_set() {
            true => &resource.cors,
            false => &self.cors,
        }
    }
}

/// The methods of some resources, each once, sorted.
fn methods<'r>(resources: impl IntoIterator<Item = &'r Arc<Resource>>) -> Vec<String> {
    let resources = resources.into_iter();
    let mut all: Vec<String> = resources
        .flat_map(|known| known.methods.iter().cloned())
        .collect();
    all.sort();
    all.dedup();
    all
}

/// `hello/`, `/hello`, `/hello/*` → `hello`.
fn base_segments(path: &str) -> Vec<String> {
    let path = path.trim();
    let path = path.strip_suffix('/').unwrap_or(path);
    let path = path.strip_suffix('*').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    let path = path.strip_prefix('/').unwrap_or(path);
    match path {
        "" => Vec::new(),
        _ => path.split('/').map(str::to_owned).collect(),
    }
}

/// The host that a request is meant for, without its port.
fn host(head: &Parts) -> Option<String> {
    let of_uri = head.uri.host().map(str::to_ascii_lowercase);
    of_uri.or_else(|| {
        let text = head.headers.get(HOST)?.to_str().ok()?;
        let uri: Uri = text.parse().ok()?;
        Some(uri.host()?.to_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests;
