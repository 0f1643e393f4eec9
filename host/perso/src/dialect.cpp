#include "cicada/host/perso/dialect.h"

#include <fmt/format.h>

#include <algorithm>

#include "planner.h"
#include "script.h"

namespace cicada::host::perso {

using base::Bytes;
using base::ByteView;

Dialect::Dialect(std::unique_ptr<const Script> script) noexcept : script_(std::move(script)) {}
Dialect::Dialect(Dialect&&) noexcept = default;
Dialect& Dialect::operator=(Dialect&&) noexcept = default;
Dialect::~Dialect() = default;

const std::string& Dialect::name() const noexcept {
  return script_->name;
}
const std::string& Dialect::description() const noexcept {
  return script_->description;
}
const CardLimits& Dialect::limits() const noexcept {
  return script_->limits;
}
const ChannelRule& Dialect::channel() const noexcept {
  return script_->channel;
}
KeyOrigin Dialect::keys() const noexcept {
  return script_->keys;
}

Checked<Plan> Dialect::plan(const Profile& profile, const Content& content, std::size_t most) const {
  if (const auto found = obstacle(profile)) {
    return std::unexpected(Problem{.fault = base::Fault::bad_input,
                                   .text = fmt::format("{}: {}: {}", profile.name, found->key, found->text)});
  }
  if (most >= script_->limits.command_data) return Planner{*script_, profile, content}.plan();
  auto narrow = *script_;
  narrow.limits.command_data = most;
  return Planner{narrow, profile, content}.plan();
}

namespace {

bool has_mark(ByteView answer, ByteView mark) {
  return !mark.empty() && !std::ranges::search(answer, mark).empty();
}

void append_steps(Plan& plan, const std::vector<StepTemplate>& steps, const Values& values) {
  for (const auto& step : steps) {
    std::vector<OctetRange> secret;
    auto command = expand(step, values, secret);
    plan.steps.emplace_back(label_of(step, {}), std::move(command), std::move(secret));
    plan.steps.back().set_already(step.already);
  }
}

}  // namespace

Plan Dialect::key_plan(const Profile& profile) const {
  Plan plan{.dialect = profile.dialect};
  if (script_->keys != KeyOrigin::card) return plan;
  if (const auto& active = profile.active_authentication) {
    Values values;
    values.set(Field::bits, active->bits).set(Field::domain, active->domain).set(Field::hash, active->hash);
    append_steps(plan, script_->at(active->bits != 0 ? Moment::make_active_rsa : Moment::make_active_ecdsa), values);
  }
  for (const auto& chip : profile.chip_authentication) {
    const auto protocols = protocol_objects(chip);
    Values values;
    values.set(Field::domain, chip.domain).set(Field::protocols, ByteView{protocols});
    if (chip.key_id) values.set(Field::key_id, *chip.key_id);
    append_steps(plan, script_->at(Moment::make_chip_key), values);
  }
  return plan;
}

Plan Dialect::erase_plan() const {
  Plan plan{.dialect = script_->name};
  append_steps(plan, script_->at(Moment::erase), {});
  return plan;
}

std::optional<iso7816::CommandApdu> Dialect::public_half(const Profile& profile, std::size_t key,
                                                         std::size_t offset) const {
  const bool active = key == 0 && profile.active_authentication.has_value();
  const auto& steps = script_->at(active ? Moment::read_active_key : Moment::read_chip_key);
  if (steps.empty()) return {};
  Values values;
  values.set(Field::offset, static_cast<std::uint32_t>(offset));
  if (!active) {
    const auto& chip = profile.chip_authentication.at(key - (profile.active_authentication ? 1 : 0));
    if (chip.key_id) values.set(Field::key_id, *chip.key_id);
  }
  std::vector<OctetRange> none;
  return expand(steps.front(), values, none);
}

base::Result<ChipPublicKey> Dialect::parse_public_half(ByteView octets) const {
  const auto& tags = script_->public_half;
  CICADA_TRY(const auto object, asn1::read_only(octets, tags.object, asn1::Rules::der));
  asn1::TlvReader reader{object.value, asn1::Rules::der};
  ChipPublicKey key;
  CICADA_TRY(const auto first, reader.next());
  if (tags.modulus != 0 && first.tag == tags.modulus) {
    CICADA_TRY(const auto exponent, reader.expect(tags.exponent));
    key.modulus = base::to_bytes(first.value);
    key.exponent = base::to_bytes(exponent.value);
  } else if (first.tag == tags.point || first.tag == tags.value) {
    key.value = base::to_bytes(first.value);
  } else {
    return base::fail({.fault = base::Fault::malformed, .what = "neither a point nor a Diffie-Hellman value"});
  }
  CICADA_CHECK(reader.expect_end());
  return key;
}

Plan Dialect::chip_id_plan() const {
  Plan plan{.dialect = script_->name};
  append_steps(plan, script_->at(Moment::chip_id), {});
  return plan;
}

base::Result<Bytes> Dialect::parse_chip_id(ByteView answer) const {
  const auto& place = script_->chip_id;
  if (place.size == 0 || answer.size() < place.offset + place.size) {
    return base::fail({.fault = base::Fault::malformed, .what = "the answer is too short to hold the chip's id"});
  }
  return base::to_bytes(answer.subspan(place.offset, place.size));
}

Plan Dialect::is_locked_plan() const {
  Plan plan{.dialect = script_->name};
  append_steps(plan, script_->at(Moment::is_locked), {});
  return plan;
}

Plan Dialect::is_personalized_plan() const {
  Plan plan{.dialect = script_->name};
  append_steps(plan, script_->at(Moment::is_personalized), {});
  return plan;
}

bool Dialect::says_locked(ByteView answer) const noexcept {
  return has_mark(answer, script_->locked_mark);
}

bool Dialect::says_personalized(ByteView answer) const noexcept {
  return has_mark(answer, script_->personalized_mark);
}

std::string_view Dialect::explain(std::uint8_t ins, std::uint16_t sw) const noexcept {
  std::string_view general;
  for (const auto& meaning : script_->meanings) {
    if (meaning.sw != sw) continue;
    if (meaning.ins == ins) return meaning.text;
    if (!meaning.ins) general = meaning.text;
  }
  return general;
}

std::shared_ptr<const Dialect> dialect_of(const Profile& profile) {
  return profile.script ? profile.script : DialectSet::builtin().find(profile.dialect);
}

bool Profile::takes_keys() const {
  const auto used = dialect_of(*this);
  return has_keys() && used && used->keys() == KeyOrigin::prepared;
}

Plan make_key_plan(const Profile& profile) {
  const auto dialect = dialect_of(profile);
  if (!dialect) return {};
  auto plan = dialect->key_plan(profile);
  plan.script = dialect;
  return plan;
}

Plan make_erase_plan(const Profile& profile) {
  const auto dialect = dialect_of(profile);
  if (!dialect) return {};
  auto plan = dialect->erase_plan();
  plan.script = dialect;
  return plan;
}

Checked<Plan> make_plan(const Profile& profile, const Content& content, std::size_t most) {
  const auto dialect = dialect_of(profile);
  if (!dialect) {
    return std::unexpected(Problem{.fault = base::Fault::bad_input, .text = "unknown dialect " + profile.dialect});
  }
  CICADA_TRY(auto plan, dialect->plan(profile, content, most));
  plan.script = dialect;
  return plan;
}

}  // namespace cicada::host::perso
