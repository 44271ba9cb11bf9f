"""
Every sentence that Maskline says, texts or prints, declared once. English is the source; catalogues hold the rest.

Comments that begin with "Translators:" travel into the catalogues. Two rules hold for all sentences, in all languages:
none names a person or a number, and none tells whether an extension exists or why an owner cannot be reached.
Placeholders are named (`%(label)s`). After a change run `python -m ivr.extract` and translate what it adds.
"""

from typing import NewType

Message = NewType("Message", str)
"""An English sentence that the catalogues know. Only this file and templates make one."""

N_ = Message

# --- Reasons -------------------------------------------------------------------------------------------------------
# Translators: a button on the page that a stranger sees beside a parked vehicle. "It" is the vehicle.
REASON_BLOCKING = N_("It is blocking the way")
REASON_LIGHTS = N_("Its lights are on")
REASON_ACCIDENT = N_("There has been an accident")
REASON_TOW = N_("It is about to be towed")
REASON_OTHER = N_("Something else")

# Translators: said to the owner, after "A call about your vehicle …". "They" is the stranger who calls.
SAID_BLOCKING = N_("They say that it is blocking the way.")
SAID_LIGHTS = N_("They say that its lights are on.")
SAID_ACCIDENT = N_("They say that there has been an accident.")
SAID_TOW = N_("They say that it is about to be towed.")
SAID_OTHER = N_("They say that it is about something else.")

# Translators: fills %(reason)s of the owner's text "Missed call about …: %(reason)s". At most 30 characters.
BRIEF_BLOCKING = N_("blocking the way")
BRIEF_LIGHTS = N_("lights are on")
BRIEF_ACCIDENT = N_("accident")
BRIEF_TOW = N_("about to be towed")
BRIEF_OTHER = N_("something else")

# --- Entering an extension -----------------------------------------------------------------------------------------
# Translators: spoken. "The page" is the web page that opened when they scanned the sticker.
ENTER_EXTENSION = N_("Please enter the six digits shown on the page.")
ENTER_EXTENSION_OR_STAY = N_(
    "Please enter the six digits shown on the page, or stay on the line to reach the person you spoke to last."
)
ENTER_EXTENSION_IF_ANY = N_("If the page shows six digits, please enter them now.")
ONLY_AFTER_A_SCAN = N_("This number connects only people who have scanned a sticker.")
# Translators: spoken after wrong digits, too few digits and none at all. It must not tell which of them it was.
NOT_CONNECTED = N_("Sorry, that did not connect you.")
NO_MORE_TRIES = N_("Sorry, that did not connect you. Please check the digits on the page and call again.")

# --- Which vehicle? ------------------------------------------------------------------------------------------------
WHICH_VEHICLE = N_(
    "Press 1 to reach the owner of the vehicle that you have just scanned. Press 2 to reach the one you called before."
)
# Translators: spoken after a key that means nothing in a menu, and after silence.
NOT_UNDERSTOOD = N_("Sorry, we did not get that.")
NO_CHOICE_MADE = N_("No choice was made. Please call again.")

# --- What the person hears who is called, before they accept -------------------------------------------------------
# Translators: spoken to the owner when they pick up. %(label)s is the owner's own name for the vehicle.
CALL_ABOUT_LABEL = N_("A call about your vehicle %(label)s.")
CALL_ABOUT_VEHICLE = N_("A call about your vehicle.")
# Translators: spoken to the second contact, whom the owner named for emergencies.
SECOND_CALL_ABOUT_LABEL = N_(
    "A call about the vehicle %(label)s. Its owner did not pick up, and you are its second contact."
)
SECOND_CALL_ABOUT_VEHICLE = N_("A call about a vehicle. Its owner did not pick up, and you are its second contact.")
OWNER_CALLS_BACK = N_("The owner of the vehicle you called about is calling you back.")
ACCEPT_SOON_OR_BLOCK = N_("Press 1 to accept, 2 to say that you are coming in five minutes, or 9 to block this caller.")
ACCEPT = N_("Press 1 to accept.")
# Translators: this carrier hears one key before the call is accepted; blocking is two nines in a row, later.
ACCEPT_BLOCK_LATER = N_("Press 1 to accept. To block this caller, press 9 twice during the call.")
THEY_ARE_TOLD_SOON = N_("Thank you. They are told that you are coming in five minutes.")
CALLER_BLOCKED = N_("This caller is blocked.")

# --- Agreeing to be called -----------------------------------------------------------------------------------------
# Translators: spoken when we ring a phone that somebody typed in. Whoever answers may know nothing about it.
REGISTERING_LABEL = N_(
    "Someone, hopefully you, is registering this phone to receive calls about the vehicle %(label)s."
)
REGISTERING_VEHICLE = N_("Someone, hopefully you, is registering this phone to receive calls about a vehicle.")
AGREE_OR_REFUSE = N_(
    "Press 1 to receive calls about this vehicle. Press 9 to refuse, and nobody will ring you about it again."
)
SECOND_FOR_LABEL = N_(
    "The owner of the vehicle %(label)s asks whether this phone may ring after an accident, when they do not pick up."
)
SECOND_FOR_VEHICLE = N_(
    "The owner of a vehicle asks whether this phone may ring after an accident, when they do not pick up."
)
AGREED = N_("Thank you. This phone now receives calls about this vehicle.")
REFUSED = N_("Thank you. Nobody will ring you about this vehicle again.")
NOTHING_REGISTERED = N_("No choice was made, so nothing is registered.")

# --- Why a caller is not connected ---------------------------------------------------------------------------------
GOODBYE = N_("Goodbye.")
NOT_OURS = N_("This number is not in use.")
RESTING = N_("This number is not in use just now. If you have scanned a sticker, please scan it again.")
LOOP = N_("This call comes from one of our own numbers, so it cannot be connected.")
TOO_MANY_CALLS = N_("There have been too many calls. Please try again later.")
STRANGER = N_(
    "This number connects only people who have scanned a sticker. "
    "Please scan the sticker on the vehicle, and call the number on its page."
)
COOLING = N_("This connection has ended. To call again, please scan the sticker once more.")
# Translators: paused, quiet hours, revoked, declined and blocked all sound like this on purpose. Do not hint at any.
OWNER_UNAVAILABLE = N_("The owner cannot take calls just now.")
CANNOT_CONNECT = N_("This call cannot be connected.")
# Translators: also said when the database is away; the English and Hindi of this one stand in ivr/spoken.py too.
APOLOGY = N_("Sorry, something went wrong on our side. Please try again in a minute.")
# Translators: spoken. 112 is the emergency number; write it so that it is read digit by digit.
IN_DANGER = N_("If anyone is hurt, call 1 1 2.")

# --- Sessions: two people of somebody's app ------------------------------------------------------------------------
# Translators: spoken to a caller of a number that connects the two sides of a booking, an order, a ride.
NO_SESSION = N_("You cannot reach anyone at this number from your phone.")
SESSION_OVER = N_("This connection has ended. You cannot reach anyone at this number any more.")
TEXTS_ONLY = N_("This number takes texts only. Please send a text.")
VETOED = N_("The service that runs this number does not put this call through.")
UNPROVEN = N_("Your network could not confirm the number that you call from, so this call cannot be connected.")
PIN_NEEDED = N_("This number connects only callers who have a PIN.")
NUMBER_RESTS = N_("This number is not in use just now.")
ENTER_PIN = N_("Please enter your PIN.")
NO_MORE_PINS = N_("Sorry, that did not connect you. Please check your PIN and call again.")
# Translators: spoken to whoever is called, before they accept. %(label)s is a role that both agreed to ("your driver").
# Translators: spoken to whoever is called, before anything else; the caller agreed to it.
CALLER_IS = N_("%(label)s is calling.")
# Translators: spoken to whoever is called, as a warning.
CALLER_NUISANCE = N_("Careful. Many people say that this caller is a nuisance.")
CALL_FROM_LABEL = N_("A call from %(label)s.")
MASKED_CALL = N_("A masked call.")
# Translators: the key 9 refuses all further calls and texts of whoever calls, for good.
ACCEPT_OR_BLOCK = N_("Press 1 to accept, or 9 to block this caller.")
# Translators: spoken before the connection, where the two may talk for a limited time only.
TALK_LIMIT = N_("You can talk for %(minutes)s minutes.")
TALK_ONE_MINUTE = N_("You can talk for one minute.")
# Translators: spoken into the talk itself, to both, a minute before it is cut off.
TALK_ENDS_SOON = N_("One minute is left to talk.")
PARTY_UNAVAILABLE = N_("They cannot take calls just now.")
PARTY_NO_ANSWER = N_("They did not pick up.")
PARTY_BUSY = N_("Their line is busy.")
PARTY_FAILED = N_("Their phone cannot be reached just now.")
TRYING_NEXT = N_("They did not pick up. We are ringing someone else. Please stay on the line.")

# --- How a call ended, told to the caller --------------------------------------------------------------------------
OWNER_NO_ANSWER = N_("The owner did not pick up.")
OWNER_BUSY = N_("The owner's line is busy.")
OWNER_FAILED = N_("The owner's phone cannot be reached just now.")
OWNER_COMING = N_("The owner is coming in five minutes.")
OWNER_TOLD = N_("They have been told that you called.")
TRYING_SECOND = N_("The owner did not pick up. We are ringing someone else who can help. Please stay on the line.")
# Translators: the owner hears these after calling back the stranger who had called about the vehicle.
CALLER_NO_ANSWER = N_("The person who called you did not pick up.")
CALLER_BUSY = N_("The line of the person who called you is busy.")
CALLER_FAILED = N_("The phone of the person who called you cannot be reached just now.")
CALLER_UNAVAILABLE = N_("The person who called you cannot talk just now.")

# --- Answers to texts ----------------------------------------------------------------------------------------------
NOBODY_READS = N_("Nobody reads texts sent to this number. To reach the owner of a vehicle, scan its sticker.")
STOPPED = N_("You will get no more texts from this number. Send START to get them again.")
STARTED = N_("You will get texts from this number again. Send STOP to end them.")
HELP = N_(
    "This number connects calls about parked vehicles without showing anyone's number. Send STOP to get no more texts."
)
# Translators: answers to texts that people of a booking send each other through our number.
SERVICE_STOPPED = N_("You will get no more texts from this service. Send START to get them again.")
SERVICE_STARTED = N_("You will get texts from this service again. Send STOP to end them.")
SERVICE_HELP = N_(
    "This number passes texts and calls on without showing anyone's number. Send STOP to get no more texts."
)
TEXT_NO_SESSION = N_("Your text went to nobody: this number has no booking of yours just now.")
TEXT_SESSION_OVER = N_("Your text went to nobody: the booking that you had on this number is over.")
TEXT_CALLS_ONLY = N_("Your text went to nobody: this number is for calls only.")
TEXT_NOT_PASSED_ON = N_("Your text was not passed on.")
TEXT_WORDS_ONLY = N_("Only words are passed on from this number. What came with your text was not.")

# --- Proving a number ----------------------------------------------------------------------------------------------
# Translators: texts. %(code)s is six digits.
TEXT_CODE_SIGN_IN = N_("Your code to sign in is %(code)s. Tell it to nobody.")
TEXT_CODE_OPT_OUT = N_("Your code to hide the name of your number is %(code)s. Tell it to nobody.")
TEXT_CODE_OPT_IN = N_("Your code to show the name of your number again is %(code)s. Tell it to nobody.")
TEXT_CODE = N_("Your code is %(code)s. Tell it to nobody.")
# Translators: spoken when we ring a phone that somebody typed in. Whoever answers may know nothing about it.
CODE_SIGN_IN = N_("Someone, hopefully you, is signing in with this number.")
CODE_OPT_OUT = N_("Someone, hopefully you, wants to hide the name of this number.")
CODE_OPT_IN = N_("Someone, hopefully you, wants to show the name of this number again.")
CODE_CALL = N_("Someone, hopefully you, is proving that this number is theirs.")
CODE_PRESS = N_("Press 1 to hear the code. If it was not you, just hang up.")
NO_CODE_SAID = N_("No choice was made, so no code is said.")
# Translators: spoken. %(code)s is six digits, each by itself.
CODE_IS = N_("Your code is: %(code)s.")
CODE_AGAIN = N_("Once more: %(code)s.")
CODE_FOR_NOBODY = N_("Tell it to nobody, not even to us.")

# --- What people agree to ------------------------------------------------------------------------------------------
# Translators: shown. Whoever changes one raises its version in ivr/consents.py. The title stands above the text.
TITLE_SHARE_BOOK = N_("Share your address book")
SHARE_BOOK_ASKS = N_(
    "The names and numbers in your address book help others to see who calls; nothing else of it is read. What you "
    "share is kept without your name, a name is shown only where several people gave it, and you can take everything "
    "back at any time. The people in your book were not asked: leave out whoever would mind."
)
TITLE_SPEAK_NAME = N_("Have your name said")
SPEAK_NAME_ASKS = N_(
    "When you call somebody through one of our numbers, they may hear the name that you chose before they accept. They "
    "do not see your number."
)
TITLE_BE_FOUND = N_("Be found by people who know your number")
BE_FOUND_ASKS = N_(
    "People who have your number in an address book that they share may see that you are here. Nobody can search for "
    "you."
)

# --- Texts to owners -----------------------------------------------------------------------------------------------
# Translators: texts. Keep them short. %(link)s is an address of about 45 characters; nothing may touch its end.
TEXT_MISSED_LABEL = N_("Missed call about %(label)s: %(reason)s. Reply, pause or block: %(link)s")
TEXT_MISSED_VEHICLE = N_("Missed call about your vehicle: %(reason)s. Reply, pause or block: %(link)s")
# Translators: %(message)s is one of the ready-made messages below, a whole sentence with its full stop.
TEXT_MESSAGE_LABEL = N_("Message about %(label)s: %(message)s Reply, pause or block: %(link)s")
TEXT_MESSAGE_VEHICLE = N_("Message about your vehicle: %(message)s Reply, pause or block: %(link)s")
# Translators: sent just before we ring a phone that somebody typed in.
TEXT_REGISTERING_LABEL = N_(
    "Someone, hopefully you, is registering this phone for calls about %(label)s. "
    "We ring you now: press 1 to agree, 9 to refuse."
)
TEXT_REGISTERING_VEHICLE = N_(
    "Someone, hopefully you, is registering this phone for calls about a vehicle. "
    "We ring you now: press 1 to agree, 9 to refuse."
)
TEXT_AGREED_LABEL = N_("This phone now receives calls about %(label)s. Pause or stop: %(link)s")
TEXT_AGREED_VEHICLE = N_("This phone now receives calls about a vehicle. Pause or stop: %(link)s")

# --- Ready-made messages from a stranger to the owner --------------------------------------------------------------
# Translators: a stranger picks one on the page; the owner gets it as a text.
PRESET_BLOCKING_MINE = N_("Your vehicle is blocking mine. Please move it.")
PRESET_BLOCKING_GATE = N_("Your vehicle is blocking a gate. Please move it.")
PRESET_BLOCKING_ROAD = N_("Your vehicle is blocking the road. Please move it.")
PRESET_LIGHTS = N_("The lights of your vehicle are on.")
PRESET_OPEN = N_("A door or a window of your vehicle is open.")
PRESET_ACCIDENT_HIT = N_("Your vehicle has been hit. Please come.")
PRESET_ACCIDENT_MINE = N_("I have bumped into your vehicle. Please come.")
PRESET_ACCIDENT_HURT = N_("There has been an accident with your vehicle and someone is hurt.")
PRESET_TOW_SOON = N_("Your vehicle is about to be towed. Please come at once.")
PRESET_TOW_NOW = N_("Your vehicle is being towed now.")
PRESET_INSIDE = N_("A child or an animal is alone in your vehicle. Please come at once.")
PRESET_TYRE = N_("Your vehicle has a flat tyre.")
PRESET_ALARM = N_("The alarm of your vehicle is sounding.")
PRESET_COME = N_("Please come to your vehicle.")

# --- Ready-made replies from the owner to the stranger -------------------------------------------------------------
# Translators: the owner picks one; the stranger sees it on the page.
REPLY_FIVE = N_("I am coming in 5 minutes.")
REPLY_FIFTEEN = N_("I am coming in 15 minutes.")
REPLY_AGAIN = N_("Please call the number again.")
REPLY_KNOWN = N_("Thank you, I know.")
REPLY_CANNOT = N_("I cannot come just now.")
REPLY_SORRY = N_("Sorry for the trouble.")

# --- Printed on the sticker ----------------------------------------------------------------------------------------
# Translators: printed large. At most 28 characters.
STICKER_CALL = N_("Scan to call the owner")
# Translators: printed small below it: neither side sees the other's number. At most 28 characters.
STICKER_PROMISE = N_("No number is shown")
# Translators: printed in the margin of a sheet of stickers, for whoever prints it.
PRINT_FULL_SIZE = N_("Print at full size (100 %%), then cut along the marks.")
