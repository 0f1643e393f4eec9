// The key that a journal's closings are signed with: the first that signs one, until it is changed on purpose.
#include <algorithm>
#include <tuple>

#include "cicada/base/hex.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/hash.h"
#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

using base::Fault;
using crypto::openssl::Curve;
using crypto::openssl::EcPublicKey;

constexpr std::string_view kPurpose = "cicada audit key";

constexpr Sql kFind = {"SELECT point FROM audit_key ORDER BY number DESC LIMIT 1"};
/// Signatures from before the key was written down, of all chains: a few, and none is added.
constexpr Sql kEarly = {"SELECT json FROM early_signature"};
/// Two first closings at one time: one of the numbers is the other's.
constexpr Sql kAdd = {
    "INSERT INTO audit_key (number, point) SELECT coalesce(max(number), 0) + 1, $1 FROM audit_key WHERE 1 = 1 "
    "ON CONFLICT DO NOTHING RETURNING number"};

constexpr base::Error kOtherKey{.fault = Fault::security,
                                .what = "audit key of another journal",
                                .hint = "sign with the key of this journal's closings, or change it: line audit-key"};

/// Of a closing: its hash, and what was signed over it.
struct Signature {
  std::string at, chain;
  std::int64_t sequence = 0;
  base::Bytes hash, value;
};

std::optional<Signature> parse_signature(const std::string& text) {
  const auto record = nlohmann::json::parse(text, nullptr, false);
  const auto of = record.is_object() ? record.value("of", nlohmann::json{}) : nlohmann::json{};
  if (!of.is_object() || !of.contains("hash") || !of["hash"].is_string()) return std::nullopt;
  for (const auto* name : {"at", "chain", "signature"}) {
    if (!record.contains(name) || !record[name].is_string()) return std::nullopt;
  }
  if (!record.contains("sequence") || !record["sequence"].is_number_integer()) return std::nullopt;
  auto hash = base::from_hex(of["hash"].get_ref<const std::string&>());
  auto value = base::from_hex(record["signature"].get_ref<const std::string&>());
  if (!hash || !value) return std::nullopt;
  return Signature{.at = record["at"],
                   .chain = record["chain"],
                   .sequence = record["sequence"],
                   .hash = *std::move(hash),
                   .value = *std::move(value)};
}

/// Who says that the key changes; the record's members. Nothing in `from`: nobody wrote it down, and only two people
/// can say so.
base::Result<nlohmann::json> confirmed(const AuditKeyChange& change, base::ByteView from) {
  nlohmann::json fields{{"from", base::to_hex(from)}};
  if (!change.signature.empty() && !from.empty()) {
    CICADA_TRY(const auto old_key, EcPublicKey::create(Curve::p256, from));
    CICADA_TRY(const auto digest, audit_key_digest(from, change.to));
    if (!old_key.verify_der(digest, change.signature)) {
      return base::fail({.fault = Fault::security, .what = "the old audit key did not sign this change"});
    }
    fields["signature"] = base::to_hex(change.signature);
    return fields;
  }
  if (change.first_operator.empty() && change.second_operator.empty()) {
    return base::fail({.fault = Fault::conflict,
                       .what = "audit key of another journal",
                       .hint = "sign with the key of its first closing, or change it on purpose: line audit-key"});
  }
  CICADA_CHECK(check_name(change.first_operator));
  CICADA_CHECK(check_name(change.second_operator));
  if (same_person(change.first_operator, change.second_operator)) {
    return base::fail({.fault = Fault::bad_input, .what = "two different operators must confirm another audit key"});
  }
  fields["first"] = change.first_operator;
  fields["second"] = change.second_operator;
  return fields;
}

}  // namespace

base::Result<Digest> audit_key_digest(base::ByteView from, base::ByteView to) {
  CICADA_TRY(auto hasher, crypto::openssl::Hasher::create(crypto::openssl::HashAlgorithm::sha256));
  for (const auto part : {base::as_bytes(kPurpose), from, to}) CICADA_CHECK(hasher.update(part));
  CICADA_TRY(const auto hash, hasher.finish());
  return to_digest(hash);
}

base::Result<base::Bytes> SqlJournal::audit_key() {
  CICADA_TRY(const Rows rows, database_->run(kFind, {}));
  return rows.empty() ? base::Bytes{} : octets_at(rows.front(), 0);
}

base::Result<void> SqlJournal::check_audit_key(base::ByteView point) {
  CICADA_TRY(const auto key, EcPublicKey::create(Curve::p256, point));
  CICADA_TRY(const base::Bytes now, audit_key());
  if (!now.empty()) return std::ranges::equal(now, point) ? base::Result<void>{} : base::fail(kOtherKey);
  CICADA_TRY(const Rows rows, database_->run(kEarly, {}));
  std::optional<Signature> newest;
  for (const auto& row : rows) {
    auto signature = parse_signature(text_at(row, 0));
    if (!signature) {
      return base::fail({.fault = Fault::malformed, .what = "the signature of a closing cannot be read"});
    }
    const auto when = [](const Signature& of) { return std::tie(of.at, of.chain, of.sequence); };
    if (!newest || when(*newest) < when(*signature)) newest = std::move(signature);
  }
  if (!newest || key.verify_der(newest->hash, newest->value)) return {};
  return base::fail(kOtherKey);
}

base::Result<void> SqlJournal::set_audit_key(const AuditKeyChange& change, const Actor& actor) {
  CICADA_CHECK(check_actor(actor));
  CICADA_CHECK(EcPublicKey::create(Curve::p256, change.to));
  if (!is_clean_text(change.reason, kMaxName)) {
    return base::fail({.fault = Fault::bad_input, .what = "the reason is no text"});
  }
  return this->change([&]() -> base::Result<void> {
    CICADA_TRY(const base::Bytes now, audit_key());
    if (now == change.to) return {};
    nlohmann::json fields = nlohmann::json::object();
    const auto first = now.empty() ? check_audit_key(change.to) : base::Result<void>{};
    const bool two_people = !change.first_operator.empty() && !change.second_operator.empty();
    if (!first && (first.error().fault != Fault::security || !two_people)) return first;
    if (!now.empty() || !first) {
      CICADA_TRY(fields, confirmed(change, now));
    }
    fields["to"] = base::to_hex(change.to);
    if (!change.reason.empty()) fields["reason"] = change.reason;
    CICADA_TRY(const Rows added, database_->run(kAdd, {change.to}));
    if (added.empty()) return base::fail({.fault = kAgain, .what = "another writer named an audit key"});
    CICADA_CHECK(record("audit-key", actor, {{"key", std::move(fields)}}));
    return {};
  });
}

}  // namespace cicada::host::journal
