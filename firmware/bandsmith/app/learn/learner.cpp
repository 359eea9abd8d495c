// The states, and what takes from one to the next.
#include "bandsmith/app/learn/learner.h"

#include <string.h>

#include "bandsmith/app/decision.h"
#include "bandsmith/app/learn/head_writer.h"
#include "bandsmith/app/learn/learn_screen.h"

namespace bandsmith {

namespace {

const char* describe(WristOrientation wrist) {
  constexpr const char* kWays[kWristOrientations] = {"as built", "mirrored", "turned", "mirrored and turned"};
  return kWays[static_cast<size_t>(wrist)];
}

}  // namespace

void Learner::begin() {
  recordings_.clear();
  detector_.reset();
  wrist_ = parts_.head.wrist();
  choice_ = 0;
  parts_.telemetry.note("learn-started", "by the button", static_cast<int64_t>(settings_.activityCount),
                        "activities");
  go(State::choosing);
}

/** Whatever was learned stays in memory that the next begin() forgets. */
void Learner::end(const char* why) {
  parts_.telemetry.note("learn-ended", why);
  go(State::off);
  if (wrist_ != parts_.head.wrist()) wear(parts_.head.wrist());
}

void Learner::go(State state) {
  state_ = state;
  since_ = parts_.clock.micros();
}

// ---- the button ------------------------------------------------------------------------------------------

void Learner::obey(ButtonEvent event) {
  since_ = parts_.clock.micros();
  switch (state_) {
    case State::off:
    case State::keeping:
      return;
    case State::telling:
      // Who presses has read it.
      go(State::choosing);
      [[fallthrough]];
    case State::choosing:
      return event == ButtonEvent::hold ? take() : next();
    case State::countdown:
      return go(State::choosing);
    case State::recording:
      forgetSet();
      return go(State::choosing);
    case State::fitting:
      return go(State::choosing);
    case State::offering:
      return event == ButtonEvent::hold ? go(State::keeping) : end("discarded");
    case State::refusing:
      return end("refused");
  }
}

/** Activities, then `done` where there is something to fit, then `cancel`. */
void Learner::next() {
  choice_ = choice_ == cancel() ? 0 : choice_ + 1;
  if (choice_ == done() && !canFit()) choice_ = cancel();
}

void Learner::take() {
  if (choice_ == cancel()) return end("cancelled");
  if (choice_ == done()) return startFit();
  if (recordings_.has(choice_)) {
    recordings_.drop(choice_);
    parts_.telemetry.note("learn-dropped", activity());
  }
  go(State::countdown);
}

void Learner::tell(const char* title, const char* words) {
  title_ = title;
  words_ = words;
  go(State::telling);
}

// ---- windows ---------------------------------------------------------------------------------------------

bool Learner::step() {
  const uint64_t micros = sinceMicros();
  if (state_ != State::off && micros >= kPatienceMicros) {
    forgetSet();
    end("nobody was there");
  }
  if (state_ == State::countdown && micros >= kCountdownMicros) record();
  if (state_ == State::telling && micros >= kTellMicros) go(State::choosing);
  if (state_ == State::fitting) fit();
  return state_ == State::keeping && keep();
}

void Learner::record() {
  restartWindow();
  recordings_.begin(choice_);
  heard_ = detector_;
  go(State::recording);
}

void Learner::sample(const RawSample& sample) {
  if (state_ == State::recording && recordings_.isFitting()) detector_.push(sample.counts);
}

void Learner::window(const WindowResult& result) {
  if (state_ != State::recording) return;
  since_ = parts_.clock.micros();
  // An activity that the network never had tells nothing, and its number is none of the detector's.
  if (recordings_.isFitting()) detector_.close(choice_);
  const bool right = strcmp(parts_.head.labels()[result.decision.label], activity()) == 0;
  if (!recordings_.add(parts_.engine.features(), right)) return;
  const size_t slot = recordings_.count() - 1;
  const NamedNumber numbers[] = {{"windows", static_cast<int64_t>(settings_.recording.fitted)},
                                 {"heldBack", static_cast<int64_t>(settings_.recording.heldBack)},
                                 {"right", static_cast<int64_t>(recordings_.rightAt(slot))}};
  parts_.telemetry.note("learn-recorded", activity(), numbers, sizeof numbers / sizeof numbers[0]);
  if (turn()) return tell("Other way", "worn otherwise than thought: record it once more");
  while (choice_ < done() && recordings_.has(choice_)) ++choice_;
  if (choice_ == done() && !canFit()) choice_ = cancel();
  tell("Recorded", "choose what comes next");
}

void Learner::interrupt() {
  if (state_ != State::recording) return;
  const size_t lost = recordings_.done();
  forgetSet();
  recordings_.begin(choice_);
  heard_ = detector_;
  if (lost == 0) return;
  parts_.telemetry.note("learn-restarted", activity(), static_cast<int64_t>(lost), "windows");
}

/** What has been heard of a set that is not whole may be of something else. */
void Learner::forgetSet() {
  if (state_ == State::recording) detector_ = heard_;
}

/** True where the windows so far say that the band is worn otherwise: their features are of no use. */
bool Learner::turn() {
  WristOrientation told = WristOrientation::same;
  if (!detector_.byLabel(told)) return false;
  const WristOrientation wrist = composed(parts_.frontEnd.builtWrist(), told);
  if (wrist == wrist_) return false;
  recordings_.clear();
  parts_.telemetry.note("learn-wrist", describe(wrist), static_cast<int64_t>(wrist), "orientation");
  wrist_ = wrist;
  wear(wrist);
  return true;
}

void Learner::wear(WristOrientation wrist) {
  restartWindow();
  parts_.classifier.wear(wrist);
}

void Learner::restartWindow() {
  parts_.telemetry.note("window-restart", "learning", parts_.classifier.samples(), "sample");
  parts_.classifier.reset();
}

// ---- the head --------------------------------------------------------------------------------------------

void Learner::startFit() {
  for (size_t slot = 0; slot < recordings_.count(); ++slot) {
    const size_t from = recordings_.activityAt(slot);
    const size_t to = recordings_.classAt(slot);
    const bool isKnown = from < static_cast<size_t>(settings_.general.classes);
    generalClass_[to] = static_cast<int8_t>(isKnown ? static_cast<int32_t>(from) : -1);
    labels_[to] = settings_.activities[from];
  }
  round_ = 0;
  begun_ = false;
  go(State::fitting);
}

/** A slice: sampling, display and watchdog live on in between. */
void Learner::fit() {
  if (!begun_) {
    begun_ = true;
    const HeadExamples examples = recordings_.examples(generalClass_);
    const FitProblem problem =
        solver_.begin(settings_.general, settings_.metric, examples, memory_.solver, memory_.solverBytes);
    if (problem != FitProblem::kNone) end("these windows cannot be fitted");
    return;
  }
  ++round_;
  if (solver_.advance()) return;
  made_ = quantizeHead(solver_, memory_.weights, memory_.biases);
  judge();
}

void Learner::judge() {
  const HeadView view = viewOf(made_);
  const size_t heldBack = settings_.recording.heldBack;
  uint32_t was = 0;
  uint32_t now = 0;
  for (size_t slot = 0; slot < recordings_.count(); ++slot) {
    was += static_cast<uint32_t>(recordings_.rightAt(slot));
    for (size_t i = 0; i < heldBack; ++i) {
      int8_t output[kMostHeadClasses] = {};
      runHead(view, recordings_.heldBackAt(slot, i), output);
      const size_t label = decide(output, static_cast<size_t>(view.classes)).label;
      if (label == recordings_.classAt(slot)) ++now;
    }
  }
  const size_t judges = recordings_.count() * heldBack;
  const NamedNumber numbers[] = {{"windows", solver_.examples().windows},
                                 {"classes", view.classes},
                                 {"heldBack", static_cast<int64_t>(judges)},
                                 {"was", was},
                                 {"now", now}};
  parts_.telemetry.note("learn-fitted", now < was ? "worse" : "not worse", numbers,
                        sizeof numbers / sizeof numbers[0]);
  wasPercent_ = toPercent(was, static_cast<uint32_t>(judges));
  nowPercent_ = toPercent(now, static_cast<uint32_t>(judges));
  title_ = "";
  go(now < was ? State::refusing : State::offering);
}

bool Learner::keep() {
  parts_.receiver.abandon();
  const MadeHead made = {made_, labels_, parts_.heads.nextSequence(), wrist_};
  const size_t bytes = writeHeadFile(files_, made, parts_.heads.incoming());
  const HeadProblem problem = parts_.heads.install(bytes, HeadOrigin::own);
  if (problem != HeadProblem::none) {
    title_ = "Not kept";
    words_ = bandsmith::describe(problem);
    parts_.telemetry.note("head-refused", words_);
    go(State::refusing);
    return false;
  }
  parts_.telemetry.note("learn-ended", "kept");
  if (parts_.heads.forgot()) parts_.telemetry.note("store-failed", "head-sequence");
  go(State::off);
  return true;
}

// ---- the display -----------------------------------------------------------------------------------------

void Learner::draw(Canvas& canvas) const {
  switch (state_) {
    case State::off:
    case State::keeping:
      return;
    case State::choosing: {
      const bool isActivity = choice_ < done();
      const char* name = isActivity ? activity() : choice_ == done() ? "done" : "cancel";
      return drawChoice(canvas, {name, isActivity && recordings_.has(choice_), choice_ + 1, cancel() + 1});
    }
    case State::countdown: {
      const uint64_t left = kCountdownMicros - 1 - sinceMicros() % kCountdownMicros;
      return drawCountdown(canvas, activity(), static_cast<uint32_t>(left / 1'000'000) + 1);
    }
    case State::recording:
      return drawProgress(canvas, activity(), recordings_.done(), recordings_.wanted(), "press: stop");
    case State::telling:
      return drawMessage(canvas, title_, words_);
    case State::fitting:
      return drawProgress(canvas, "learning", static_cast<size_t>(round_),
                          static_cast<size_t>(HeadSolver::kRounds), "press: stop");
    case State::offering:
      return drawJudgement(canvas, {wasPercent_, nowPercent_, true});
    case State::refusing:
      if (*title_ != '\0') return drawMessage(canvas, title_, words_);
      return drawJudgement(canvas, {wasPercent_, nowPercent_, false});
  }
}

}  // namespace bandsmith
