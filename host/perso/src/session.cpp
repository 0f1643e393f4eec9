#include "cicada/host/perso/session.h"

#include "cicada/base/cursor.h"
#include "cicada/host/gp/open_channel.h"
#include "cicada/host/gp/store_data.h"
#include "cicada/host/iso7816/sw.h"
#include "opening.h"

namespace cicada::host::perso {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;
using iso7816::CommandApdu;

namespace {

base::Error locked(std::uint16_t sw) {
  return {.fault = Fault::conflict,
          .what = "this card is locked, or of another kind: it has no card manager",
          .hint = "take a blank card",
          .sw = sw};
}

/// Sends commands before a channel is open; the answer of the last one.
Result<Bytes> ask(const Plan& plan, iso7816::Channel& card) {
  Bytes answer;
  for (const auto& step : plan.steps) {
    CICADA_TRY(auto response, card.transmit(step.command()));
    if (response.sw == iso7816::sw::k6A82FileNotFound) return fail(locked(response.sw));
    if (!response.ok()) {
      return fail({.fault = Fault::card_status, .what = "the card does not tell its number", .sw = response.sw});
    }
    answer = std::move(response.data);
  }
  return answer;
}

Result<void> select_manager(ByteView aid, iso7816::Channel& card) {
  if (aid.empty()) return {};
  CICADA_TRY(const auto response,
             card.transmit({.cla = 0x00, .ins = 0xA4, .p1 = 0x04, .p2 = 0x00, .data = base::to_bytes(aid), .ne = 256}));
  if (response.ok()) return {};
  if (response.sw == iso7816::sw::k6A82FileNotFound) return fail(locked(response.sw));
  return fail({.fault = Fault::card_status, .what = "the card manager cannot be selected", .sw = response.sw});
}

gp::ChannelOptions options_of(const ChannelRule& rule) {
  gp::ChannelOptions options;
  options.key_version = rule.key_version;
  options.aid = rule.application;
  if (rule.scp02 && rule.scp03) return options;  // the usual levels of whichever the card speaks
  options.protocol = rule.scp03 ? gp::Protocol::scp03 : gp::Protocol::scp02;
  options.level = rule.scp03 ? rule.scp03 : rule.scp02;
  return options;
}

}  // namespace

Result<iso7816::ResponseApdu> Session::transmit(const CommandApdu& command) {
  return secure_ != nullptr ? secure_->transmit(command) : plain_->transmit(command);
}

Result<CommandApdu> Session::sealed(const Step& step) const {
  if (secure_ == nullptr) return fail({.fault = Fault::unsupported, .what = "there is no key to encrypt secrets with"});
  const auto block = gp::secret_block(*secure_);
  const auto& plain = step.command();
  CommandApdu command{.cla = plain.cla, .ins = plain.ins, .p1 = plain.p1, .p2 = plain.p2, .ne = plain.ne};
  const ByteView data{plain.data};
  std::size_t done = 0;
  for (const auto& range : step.encrypted()) {
    base::append(command.data, data.subspan(done, range.offset - 1 - done));
    auto value = gp::padded_secret(data.subspan(range.offset, range.size), block);
    const auto encrypted = secure_->encrypt_data(value);
    base::wipe(value);
    if (!encrypted) return std::unexpected(encrypted.error());
    base::append_unsigned(command.data, encrypted->size(), 1);
    base::append(command.data, *encrypted);
    done = range.offset + range.size;
  }
  base::append(command.data, data.subspan(done));
  return command;
}

namespace {

/// The answer to the last command of a question about the card's life.
Result<Bytes> answer_to(const Plan& question, Session& session) {
  Bytes answer;
  for (const auto& step : question.steps) {
    CICADA_TRY(auto response, session.transmit(step.command()));
    if (!response.ok()) {
      return fail({.fault = Fault::card_status, .what = "the card does not say how far it is", .sw = response.sw});
    }
    answer = std::move(response.data);
  }
  return answer;
}

}  // namespace

Result<std::optional<bool>> is_personalized(const Dialect& dialect, Session& session) {
  const auto question = dialect.is_personalized_plan();
  if (question.steps.empty()) return std::nullopt;
  CICADA_TRY(const auto answer, answer_to(question, session));
  return dialect.says_personalized(answer);
}

Result<Lock> lock_of(const Dialect& dialect, Session& session) {
  const auto question = dialect.is_locked_plan();
  if (question.steps.empty()) return dialect.channel().secure() ? Lock::open : Lock::unknown;
  CICADA_TRY(const auto answer, answer_to(question, session));
  return dialect.says_locked(answer) ? Lock::locked : Lock::open;
}

Result<Session> open_session(const Dialect& dialect, iso7816::Channel& card, const gp::KeySource& keys,
                             base::Rng& rng) {
  Bytes id;
  if (const auto plan = dialect.chip_id_plan(); !plan.steps.empty()) {
    CICADA_TRY(const auto answer, ask(plan, card));
    CICADA_TRY(id, dialect.parse_chip_id(answer));
  }
  const auto& rule = dialect.channel();
  if (!rule.secure()) {
    Session session{card};
    session.set_chip_id(std::move(id));
    return session;
  }
  CICADA_CHECK(select_manager(rule.application, card));
  auto options = options_of(rule);
  auto opened = gp::open_channel(card, keys, rng, options);
  if (!opened && rule.scp03 && opened.error().sw == iso7816::sw::k6700WrongLength) {
    // A chip in S16 mode takes no challenge of eight octets (Amendment D §7.1.1); the question costs it nothing.
    options.mode = gp::Scp03Mode::s16;
    opened = gp::open_channel(card, keys, rng, options);
  }
  if (!opened) return fail(refused_to_open(opened.error()));
  Session session{*std::move(opened)};
  if (id.empty()) id = base::to_bytes(session.channel()->card().serial);
  session.set_chip_id(std::move(id));
  return session;
}

}  // namespace cicada::host::perso
