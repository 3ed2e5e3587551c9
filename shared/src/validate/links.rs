//! Rules about links: references, portals and sea lanes.

use super::Context;
use super::attributes::kind_of;
use super::records::put;
use crate::attribute::AttributeValue;
use crate::ids::{Id, IslandId};
use crate::island::{Island, Lane, Portal, Record, RecordId};
use crate::issue::{Issue, Subject, rules};
use crate::schema::{AttributeKind, ReferenceTarget};

rules! {
    DANGLING_LINK = "dangling-link", Error,
        Some("what was meant cannot be guessed"),
        "A link names an id that does not exist, or a record of another kind than the schema allows. The \
         target was removed, or the id is misspelt.";
    PORTAL_UNLINKED = "portal-unlinked", Error,
        Some("the other end has to be chosen"),
        "The portal leads nowhere: it names no other end, and no other portal names it.";
    PORTAL_CONTESTED = "portal-contested", Error,
        Some("which of the two links is meant cannot be guessed"),
        "A portal has one other end. Here it would have several: two portals name it, or it names one and is \
         named by another.";
    PORTAL_LINK_TWICE = "portal-link-twice", Warning, None,
        "Both ends of a pair store the link. One is enough, the way back is derived, and two can disagree after \
         a merge.";
    LANE_ENDS = "lane-ends", Error,
        Some("the harbours have to be chosen"),
        "A sea lane starts at a POI of its own island and ends at a POI of another one.";
}

pub(super) fn check(context: &Context<'_>, island: &Island, record: &Record, issues: &mut Vec<Issue>) {
    let subject = Subject::record(island.id, record.id());
    check_references(context, record, &subject, issues);
    match record {
        Record::Portal(portal) => check_portal(context, island, portal, &subject, issues),
        Record::Lane(lane) => check_lane(context, island, lane, &subject, issues),
        Record::Marker(_) | Record::Poi(_) | Record::Entity(_) => {}
    }
}

fn check_references(context: &Context<'_>, record: &Record, subject: &Subject, issues: &mut Vec<Issue>) {
    let (Some(attributes), Some(kind)) = (record.attributes(), kind_of(context, record)) else {
        return;
    };
    for (key, value) in attributes {
        let Some(spec) = kind.attribute(key) else { continue };
        let (target, values) = match (&spec.kind, value) {
            (AttributeKind::Reference { to }, value) => (to, std::slice::from_ref(value)),
            (AttributeKind::List { of, .. }, AttributeValue::List(values)) => match of.as_ref() {
                AttributeKind::Reference { to } => (to, values.as_slice()),
                _ => continue,
            },
            _ => continue,
        };
        for value in values {
            if let AttributeValue::Reference(id) = value
                && !points_to(context, *id, target)
            {
                let message = format!("`{key}`: {id} is not {}", target.describe());
                let help = "choose one that exists, or remove the attribute";
                issues.push(Issue::new(
                    &DANGLING_LINK,
                    subject.clone().field(key.as_str()),
                    message,
                    help,
                ));
            }
        }
    }
}

fn points_to(context: &Context<'_>, id: Id, target: &ReferenceTarget) -> bool {
    if *target == ReferenceTarget::Island {
        return context.project.islands.contains_key(&IslandId(id));
    }
    let Some((_, record)) = context.find(id) else {
        return false;
    };
    let is_kind = |wanted: &Option<String>| wanted.is_none() || wanted.as_deref() == record.kind();
    match (target, &record) {
        (ReferenceTarget::Marker(kind), Record::Marker(_))
        | (ReferenceTarget::Poi(kind), Record::Poi(_))
        | (ReferenceTarget::Entity(kind), Record::Entity(_)) => is_kind(kind),
        (ReferenceTarget::Portal, Record::Portal(_)) => true,
        _ => false,
    }
}

fn check_portal(
    context: &Context<'_>,
    island: &Island,
    portal: &Portal,
    subject: &Subject,
    issues: &mut Vec<Issue>,
) {
    let named_by = context.portals_to.get(&portal.id).map_or(&[][..], Vec::as_slice);
    let subject = subject.clone().field("to");
    match (portal.to, named_by) {
        (Some(to), _) if to == portal.id || !points_to(context, to.0, &ReferenceTarget::Portal) => {
            let what = if to == portal.id {
                "the portal leads to itself"
            } else {
                "there is no such portal"
            };
            issues.push(Issue::new(
                &DANGLING_LINK,
                subject,
                format!("{what}: {to}"),
                "choose the portal it leads to",
            ));
        }
        (None, []) => issues.push(Issue::new(
            &PORTAL_UNLINKED,
            subject,
            "the portal leads nowhere",
            "link it with another portal",
        )),
        (Some(to), [from]) if to == *from => {
            // Reported once, on the end that comes later.
            if portal.id > *from {
                let unlinked = Portal {
                    to: None,
                    ..portal.clone()
                };
                issues.push(
                    Issue::new(
                        &PORTAL_LINK_TWICE,
                        subject,
                        format!("portal {from} already stores this link"),
                        "remove `to` from one end",
                    )
                    .with_fix(
                        "Remove `to` from this end",
                        vec![put(island, Record::Portal(unlinked))],
                    ),
                );
            }
        }
        (Some(_), []) | (None, [_]) => {}
        (_, several) => {
            let names: Vec<_> = several.iter().take(3).map(ToString::to_string).collect();
            let message = format!("the portal has several other ends, also {}", names.join(", "));
            issues.push(Issue::new(
                &PORTAL_CONTESTED,
                subject,
                message,
                "keep one pair and unlink the rest",
            ));
        }
    }
}

fn check_lane(
    context: &Context<'_>,
    island: &Island,
    lane: &Lane,
    subject: &Subject,
    issues: &mut Vec<Issue>,
) {
    for (field, poi) in [("from", lane.from), ("to", lane.to)] {
        let subject = subject.clone().field(field);
        match context.records.get(&poi.0) {
            Some((owner, RecordId::Poi(_))) => {
                let at_home = *owner == island.id;
                if at_home != (field == "from") {
                    let where_it_is = if at_home {
                        "on this island"
                    } else {
                        "on another island"
                    };
                    issues.push(Issue::new(
                        &LANE_ENDS,
                        subject,
                        format!("POI {poi} is {where_it_is}"),
                        "start at a POI of this island and end at one of another",
                    ));
                }
            }
            _ => issues.push(Issue::new(
                &DANGLING_LINK,
                subject,
                format!("there is no POI {poi}"),
                "choose a POI that exists",
            )),
        }
    }
}
