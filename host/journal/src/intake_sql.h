// The statements with which dossiers come in.
#pragma once

#include "cicada/host/journal/state.h"
#include "sql.h"

namespace cicada::host::journal {

/// Locks the batch: positions are given out by one transaction at a time.
inline constexpr Sql kReserve = {
    "UPDATE batch SET taken_in = taken_in + $2 WHERE id = $1 AND close_chain IS NULL "
    "RETURNING number, taken_in, priority, province, district, commune, repeated + conflicts, recipe"};
inline constexpr Sql kGiveBack = {"UPDATE batch SET taken_in = $2 WHERE id = $1"};
inline constexpr Bulk kFindDossiers = {
    .sqlite =
        "SELECT d.dossier, d.job, d.version, d.content, d.number, d.portrait, j.state, j.findings, j.reason FROM "
        "dossier AS d "
        "JOIN job AS j ON j.id = d.job WHERE d.dossier = $1 AND d.current = 1",
    .postgres =
        "SELECT d.dossier, d.job, d.version, d.content, d.number, d.portrait, j.state, j.findings, j.reason FROM "
        "dossier AS d "
        "JOIN job AS j ON j.id = d.job WHERE d.dossier = ANY($1::text[]) AND d.current = 1 "
        "ORDER BY d.job FOR UPDATE"};
inline constexpr Bulk kFindNumbers = {
    .sqlite =
        "SELECT t.number, t.job, d.dossier FROM taken_number AS t JOIN dossier AS d ON d.job = t.job "
        "WHERE t.number = $1",
    .postgres =
        "SELECT t.number, t.job, d.dossier FROM taken_number AS t JOIN dossier AS d ON d.job = t.job "
        "WHERE t.number = ANY($1::text[])"};
inline constexpr Bulk kFindPortraits = {
    .sqlite =
        "SELECT t.portrait, t.job, d.dossier FROM taken_portrait AS t JOIN dossier AS d ON d.job = t.job "
        "WHERE t.portrait = $1",
    .postgres =
        "SELECT t.portrait, t.job, d.dossier FROM taken_portrait AS t JOIN dossier AS d ON d.job = t.job "
        "WHERE t.portrait = ANY($1::bytea[])"};
inline constexpr Bulk kFreeNumbers = {.sqlite = "DELETE FROM taken_number WHERE number = $1",
                                      .postgres = "DELETE FROM taken_number WHERE number = ANY($1::text[])"};
inline constexpr Bulk kFreePortraits = {.sqlite = "DELETE FROM taken_portrait WHERE portrait = $1",
                                        .postgres = "DELETE FROM taken_portrait WHERE portrait = ANY($1::bytea[])"};
inline constexpr Bulk kTakeNumbers = {
    .sqlite = "INSERT INTO taken_number (number, job) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING job",
    .postgres =
        "INSERT INTO taken_number (number, job) SELECT * FROM unnest($1::text[], $2::bigint[]) "
        "ON CONFLICT DO NOTHING RETURNING job"};
inline constexpr Bulk kTakePortraits = {
    .sqlite = "INSERT INTO taken_portrait (portrait, job) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING job",
    .postgres =
        "INSERT INTO taken_portrait (portrait, job) SELECT * FROM unnest($1::bytea[], $2::bigint[]) "
        "ON CONFLICT DO NOTHING RETURNING job"};
inline constexpr Bulk kPutJobs = {
    .sqlite =
        "INSERT INTO job (id, state, priority, dossier, version, province, district, commune, team, machine, shift, "
        "findings, changed_at, recipe) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) "
        "ON CONFLICT (id) DO UPDATE SET state = excluded.state, priority = excluded.priority, "
        "version = excluded.version, province = excluded.province, district = excluded.district, "
        "commune = excluded.commune, team = excluded.team, machine = excluded.machine, shift = excluded.shift, "
        "findings = excluded.findings, reason = '', trail = 0, changed_at = excluded.changed_at, recipe = "
        "excluded.recipe",
    .postgres =
        "INSERT INTO job (id, state, priority, dossier, version, province, district, commune, team, machine, shift, "
        "findings, changed_at, recipe) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], "
        "$5::bigint[], "
        "$6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bigint[], "
        "$14::bigint[]) "
        "ON CONFLICT (id) DO UPDATE SET state = excluded.state, priority = excluded.priority, "
        "version = excluded.version, province = excluded.province, district = excluded.district, "
        "commune = excluded.commune, team = excluded.team, machine = excluded.machine, shift = excluded.shift, "
        "findings = excluded.findings, reason = '', trail = 0, changed_at = excluded.changed_at, recipe = "
        "excluded.recipe"};
inline constexpr Bulk kRetireDossiers = {.sqlite = "UPDATE dossier SET current = 0 WHERE job = $1",
                                         .postgres = "UPDATE dossier SET current = 0 WHERE job = ANY($1::bigint[])"};
inline constexpr Bulk kRetireJobs = {
    .sqlite = "UPDATE job SET state = 8, reason = 'superseded' WHERE id = $1",
    .postgres = "UPDATE job SET state = 8, reason = 'superseded' WHERE id = ANY($1::bigint[])"};
static_assert(static_cast<int>(State::rejected) == 8);
inline constexpr Bulk kPutDossiers = {
    .sqlite =
        "INSERT INTO dossier (job, dossier, version, content, number, portrait, current) "
        "VALUES ($1, $2, $3, $4, $5, $6, 1) ON CONFLICT (job) DO UPDATE SET version = excluded.version, "
        "content = excluded.content, number = excluded.number, portrait = excluded.portrait",
    .postgres =
        "INSERT INTO dossier (job, dossier, version, content, number, portrait, current) "
        "SELECT *, 1 FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bytea[], $5::text[], $6::bytea[]) "
        "ON CONFLICT (job) DO UPDATE SET version = excluded.version, content = excluded.content, "
        "number = excluded.number, portrait = excluded.portrait"};

}  // namespace cicada::host::journal
