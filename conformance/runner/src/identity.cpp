#include "cicada/conformance/runner/identity.h"

#include <fmt/format.h>

#include "cicada/base/hex.h"
#include "cicada/crypto/openssl/hash.h"

namespace cicada::conformance::runner {
namespace {

using crypto::openssl::Hasher;

/// Hashes fields so that none can run into its neighbour.
class Fields {
 public:
  [[nodiscard]] static base::Result<Fields> create() {
    CICADA_TRY(auto hasher, Hasher::create(crypto::openssl::HashAlgorithm::sha256));
    return Fields{std::move(hasher)};
  }
  void add(std::string_view text) {
    const auto length = fmt::format("{}:", text.size());
    for (const auto part : {std::string_view{length}, text}) {
      if (auto done = hasher_.update(base::as_bytes(part)); !done && !error_) error_ = done.error();
    }
  }
  [[nodiscard]] base::Result<std::string> finish() {
    if (error_) return base::fail(*error_);
    CICADA_TRY(const auto hash, hasher_.finish());
    return base::to_hex(hash);
  }

 private:
  explicit Fields(Hasher hasher) noexcept : hasher_(std::move(hasher)) {}
  Hasher hasher_;
  std::optional<base::Error> error_;
};

void add(Fields& fields, const model::Steps& steps) {
  fields.add("steps");
  for (const auto& step : steps.steps) {
    fields.add(step.way == model::Step::Way::plain ? "send" : "protect");
    fields.add(base::to_hex(step.command));
    for (const auto tamper : step.tampers) fields.add(model::to_string(tamper));
    fields.add(step.expect.describe());
  }
}

void add(Fields& fields, const model::Call& call) {
  fields.add("procedure");
  fields.add(call.procedure);
  for (const auto& [name, value] : call.arguments) {
    fields.add(name);
    fields.add(value);
  }
}

void add(Fields& fields, const model::FileCheck& check) {
  fields.add("check");
  fields.add(check.check);
  for (const auto& file : check.files) fields.add(file);
}

void add(Fields& fields, const model::NotRunnable& why) {
  fields.add("not-runnable");
  fields.add(why.reason);
}

void add(Fields& fields, const PlannedCase& planned) {
  const auto& test = *planned.test;
  fields.add(test.info.id);
  fields.add(fmt::format("{} {}", planned.repetition, test.persistent ? "persistent" : ""));
  fields.add(test.given);
  for (const auto& entry : test.info.needs) {
    fields.add("needs");
    for (const auto& profile : entry) fields.add(profile);
  }
  std::visit([&](const auto& body) { add(fields, body); }, test.body);
}

base::Result<std::string> digest_of(const model::Ics& ics) {
  CICADA_TRY(auto fields, Fields::create());
  for (const auto* text : {&ics.name, &ics.applicant, &ics.version}) fields.add(*text);
  for (const auto& profile : ics.profiles) fields.add(profile);
  fields.add(base::to_hex(ics.cvca_certificate));
  for (const auto& certificate : ics.csca_certificates) fields.add(base::to_hex(certificate));
  return fields.finish();
}

base::Result<std::string> digest_of(const Plan& plan) {
  CICADA_TRY(auto fields, Fields::create());
  for (const auto& planned : plan.cases) add(fields, planned);
  return fields.finish();
}

}  // namespace

base::Result<Identity> identity_of(const Plan& plan, const model::Ics& ics, const Circumstances& circumstances) {
  CICADA_TRY(auto statement, digest_of(ics));
  CICADA_TRY(auto cases, digest_of(plan));
  return Identity{{"program", circumstances.program},
                  {"target", circumstances.target},
                  {"statement", std::move(statement)},
                  {"selection", plan.selection},
                  {"order", plan.order},
                  {"changes", circumstances.allow_changes ? "allowed" : "not allowed"},
                  {"cases", std::move(cases)}};
}

}  // namespace cicada::conformance::runner
